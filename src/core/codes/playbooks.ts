import type { Explanations } from './explanations.ts'

/** Playbooks, roles and templates. */
export const playbooksCodes: Explanations = {
  E_CONDITION: [
    'A condition is a template with text around it, which would always hold.',
    'Write the expression without `{{` and `}}`.',
  ],
  E_DUPLICATE_KEY: [
    'A key stands twice in one dictionary; the last value counts.',
    'Remove one of them.',
  ],
  E_FILE_MISSING: [
    'A file that a playbook, a task or an option names does not exist.',
    'Correct the name, or put the file into one of the places that were looked in.',
  ],
  E_FILE_UNREADABLE: [
    'A file on the controller may not be read.',
    'Give this account the right to read it.',
  ],
  E_FREE_TEXT: [
    'A module that takes no free text was given some.',
    'Write its parameters below it, one per line.',
  ],
  E_IMPORT_CYCLE: [
    'A file or role imports itself, directly or through others.',
    'Use `include_tasks` or `include_role` with a condition that ends it.',
  ],
  E_LOOP: ['What a task loops over is no list.', 'Turn it into one, a dictionary by `dict2items`.'],
  E_MISSING_KEYWORD: ['A play, role or prompt lacks a keyword that it needs.', 'Add it.'],
  E_MISSING_PARAM: [
    'A required parameter is missing.',
    'Add it; `provision modules NAME` lists the parameters.',
  ],
  E_NO_MODULE: ['A task names no module.', "Add the module beside the task's name."],
  E_PARAM_RULE: [
    'Parameters that are right by themselves do not go together.',
    'Follow what the message says of them.',
  ],
  E_PARAM_TYPE: [
    'A parameter has a value that it does not take.',
    'Give one of the kind that the message names.',
  ],
  E_REGEX: [
    'A regular expression cannot be read.',
    "Correct it; the syntax is that of Python's `re`.",
  ],
  E_ROLE_MISSING: [
    'There is no role of this name in any of the places of roles.',
    'Correct the name, or put the role into `roles/`.',
  ],
  E_SECRET_ON_COMMAND_LINE: [
    'A command shows a secret to every account of the host; a warning.',
    'Pass it by `stdin` or `environment`.',
  ],
  E_TEMPLATE: [
    'A template has a mistake, or failed when it was evaluated.',
    'Correct it at the place that is named.',
  ],
  E_TWO_LOOPS: [
    'A task has more than one loop.',
    'Keep one; nest loops by including a file of tasks.',
  ],
  E_TWO_MODULES: ['A task names more than one module.', 'Begin a new task with `-`.'],
  E_TYPE: [
    'A keyword has a value of a kind that it does not take.',
    'Give one of the kind that the message names.',
  ],
  E_UNDEFINED: [
    'A variable is used that nothing defines.',
    'Define it, correct its name, or give it a `default`.',
  ],
  E_UNKNOWN_FILTER: ['A template uses a filter that does not exist.', 'Correct the name.'],
  E_UNKNOWN_HANDLER: [
    'A task notifies a handler that the play does not have.',
    'Correct the name, or add the handler.',
  ],
  E_UNKNOWN_KEYWORD: [
    'A key is no keyword of the play, block or task that it stands in.',
    'Correct it, or move it to where it belongs.',
  ],
  E_UNKNOWN_LOOKUP: ['A template uses a lookup that does not exist.', 'Correct the name.'],
  E_UNKNOWN_MODULE: [
    'There is no module of this name.',
    'Correct the name; `provision modules` lists them.',
  ],
  E_UNKNOWN_PARAM: [
    'A module has no parameter of this name.',
    'Correct the name; `provision modules NAME` lists them.',
  ],
  E_UNKNOWN_TEST: ['A template uses a test that does not exist.', 'Correct the name.'],
  E_UNSUPPORTED: [
    "Something of Ansible's that provision does not do.",
    'Do as the hint says; it is never ignored in silence.',
  ],
  E_VARIABLE_NAME: [
    'A name cannot be that of a variable.',
    'Use letters, digits and `_`, and no digit first.',
  ],
  E_VARS: [
    'A file of variables holds something else than a dictionary.',
    'Write `name: value` lines.',
  ],
  E_VAR_CYCLE: ['Variables are defined by each other.', 'Break the circle that the message names.'],
  E_YAML: [
    'A file is not valid YAML, or uses what YAML 1.1 as Ansible reads it does not have.',
    'Correct it at the place that is named.',
  ],
}
