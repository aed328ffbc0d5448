import {
  alias,
  anything,
  boolean,
  dictionary,
  integer,
  list,
  number,
  oneOf,
  optional,
  text,
  withDefault,
  type Params,
} from '../core/schema.ts'

/** A task-like action that acts on the run itself, never on a host; the engine carries it out. */
export interface ActionShape {
  readonly name: string
  /** One sentence for the reference page. */
  readonly summary: string
  readonly params: Params
  /** The parameter that takes `action: free text`. */
  readonly freeForm?: string
  /** What arguments of any other name are; without it they are an error. */
  readonly others?: string
  /** Parameters that hold bare expressions. */
  readonly expressions?: readonly string[]
}

const define = (action: ActionShape): readonly [string, ActionShape] => [action.name, action]

const message = (description: string): Params[string] => optional(anything(description))

/** The engine's own actions by name; includes and imports are keywords of the loader. */
export const actions: ReadonlyMap<string, ActionShape> = new Map([
  define({
    name: 'add_host',
    summary: 'Adds a host to the inventory for the plays that follow.',
    params: {
      name: alias(text('Name of the host.'), 'hostname', 'host'),
      groups: optional(alias(list(text('Group.'), 'Groups to put it in.'), 'group', 'groupname')),
    },
    others: 'variables of the host',
  }),
  define({
    name: 'assert',
    summary: 'Fails unless all conditions hold.',
    params: {
      that: list(anything('Condition.'), 'Conditions, without "{{".'),
      fail_msg: optional(alias(anything('Said when one does not hold.'), 'msg')),
      success_msg: message('Said when all hold.'),
      quiet: optional(boolean('Say nothing about each condition.')),
    },
    expressions: ['that'],
  }),
  define({
    name: 'debug',
    summary: 'Says a message, or the value of a variable.',
    params: {
      msg: message('Message; any value.'),
      var: optional(text('Variable or expression, without "{{".')),
      verbosity: withDefault(integer('Said from so many -v on.'), 0),
    },
    expressions: ['var'],
  }),
  define({
    name: 'fail',
    summary: 'Fails with a message.',
    params: { msg: message('Why.') },
  }),
  define({
    name: 'group_by',
    summary: 'Puts each host into a group named after a value.',
    params: {
      key: text('Name of the group.'),
      parents: optional(list(text('Group.'), 'Groups that the group becomes a child of.')),
    },
  }),
  define({
    name: 'include_vars',
    summary: 'Reads variables from a file or a directory of files.',
    params: {
      file: optional(text('File, looked for in vars/.')),
      dir: optional(text('Directory, looked for in vars/.')),
      name: optional(text('Variable that is to hold them all as a dictionary.')),
    },
    freeForm: 'file',
  }),
  define({
    name: 'meta',
    summary: 'Asks something of the run itself.',
    params: {
      free_form: oneOf(
        [
          'clear_facts',
          'clear_host_errors',
          'end_batch',
          'end_host',
          'end_play',
          'flush_handlers',
          'noop',
          'refresh_inventory',
          'reset_connection',
        ],
        'What to do.',
      ),
    },
    freeForm: 'free_form',
  }),
  define({
    name: 'pause',
    summary: 'Waits for a time, or for the person at the terminal.',
    params: {
      seconds: optional(number('Seconds to wait.')),
      minutes: optional(number('Minutes to wait.')),
      prompt: optional(text('Question; without a time it waits for Enter.')),
      echo: withDefault(boolean('Show what is typed.'), true),
    },
  }),
  define({
    name: 'set_fact',
    summary: 'Sets variables of the host for the rest of the run.',
    params: { cacheable: optional(boolean('Accepted; nothing outlives a run.')) },
    others: 'variables',
  }),
  define({
    name: 'validate_argument_spec',
    summary: 'Validates values against a specification of arguments.',
    params: {
      argument_spec: dictionary('Specification, as in meta/argument_specs.yml.'),
      provided_arguments: optional(dictionary('Values.')),
    },
  }),
])
