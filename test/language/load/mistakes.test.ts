import { loadSite, mistakesOf, type Files } from './project.ts'

const found = (files: Files): readonly string[] => mistakesOf(files, loadSite)

const site = (text: string, more: Files = {}): Files => ({ 'site.yml': text, ...more })
const task = (text: string, more: Files = {}): Files =>
  site(`- hosts: all\n  tasks:\n${text.replaceAll(/^/gm, '    ')}\n`, more)

test.each<[string, Files, readonly string[]]>([
  [
    'a playbook that is a dictionary',
    site('hosts: all\n'),
    [
      'site.yml:1:1: a playbook needs a list of plays, not a dictionary [E_TYPE]\n  hint: begin the play with "- "',
    ],
  ],
  [
    'an empty playbook',
    site(''),
    ['site.yml:1:1: a playbook needs a list of plays, not nothing [E_TYPE]'],
  ],
  [
    'a play without hosts',
    site('- tasks: []\n'),
    [
      'site.yml:1:3: a play needs "hosts" [E_MISSING_KEYWORD]\n  hint: a file of tasks alone is no playbook: they stand below "tasks:" of a play',
    ],
  ],
  [
    'hosts of a wrong type',
    site('- hosts: {a: 1}\n'),
    [
      'site.yml:1:10: hosts: needs a pattern of hosts, or a list of patterns, not a dictionary [E_TYPE]',
    ],
  ],
  [
    'an unknown keyword of a play',
    site('- hosts: all\n  task: []\n'),
    [
      'site.yml:2:3: unknown keyword "task" of a play [E_UNKNOWN_KEYWORD]\n  hint: did you mean "tasks"?',
    ],
  ],
  [
    'a keyword of a task in a play',
    site('- hosts: all\n  register: x\n'),
    ['site.yml:2:3: "register" is a keyword of a task, handler, not of a play [E_UNKNOWN_KEYWORD]'],
  ],
  [
    'an unknown keyword of a block',
    task('- block: []\n  loop: [1]'),
    ['site.yml:4:7: "loop" is a keyword of a task, handler, not of a block [E_UNKNOWN_KEYWORD]'],
  ],
  [
    'a rescue without a block',
    task('- rescue: []'),
    ['site.yml:3:7: "rescue" needs a "block" beside it [E_UNKNOWN_KEYWORD]'],
  ],
  [
    'a task that is a text',
    task('- apt'),
    ['site.yml:3:7: a task needs a dictionary, not the text "apt" [E_TYPE]'],
  ],
  [
    'tasks that are a dictionary',
    site('- hosts: all\n  tasks:\n    apt: {name: x}\n'),
    ['site.yml:3:5: tasks: needs a list of tasks, not a dictionary [E_TYPE]'],
  ],
  [
    'a task without a module',
    task('- name: x\n  when: y'),
    [
      'site.yml:3:7: this task names no module [E_NO_MODULE]\n  hint: a module stands beside the name, as in "apt:"',
    ],
  ],
  [
    'an unknown module',
    task('- atp: {name: x}'),
    [
      'site.yml:3:7: unknown module or keyword "atp" [E_UNKNOWN_MODULE]\n  hint: did you mean "apt"?',
    ],
  ],
  [
    'a module of an unknown collection',
    task('- foo.bar.baz: {}'),
    [
      'site.yml:3:7: unknown module or keyword "foo.bar.baz" [E_UNKNOWN_MODULE]\n  hint: the collection foo.bar is not known; "provision modules" lists the modules',
    ],
  ],
  [
    'the old include',
    task('- include: x.yml'),
    [
      'site.yml:3:7: unknown module or keyword "include" [E_UNKNOWN_MODULE]\n  hint: use "include_tasks", or "import_tasks" for a file that is always the same',
    ],
  ],
  [
    'two modules',
    task('- apt: name=x\n  command: y'),
    [
      'site.yml:4:7: a task has one module, not "apt" and "command" [E_TWO_MODULES]\n  hint: begin a new task with "-"',
    ],
  ],
  [
    'an unknown keyword of a task',
    task('- apt: name=x\n  wen: y'),
    [
      'site.yml:4:7: unknown keyword "wen" of a task [E_UNKNOWN_KEYWORD]\n  hint: did you mean "when"?',
    ],
  ],
  [
    'a parameter that is not indented',
    task('- apt:\n  state: present'),
    [
      'site.yml:4:7: unknown keyword "state" of a task [E_UNKNOWN_KEYWORD]\n  hint: it is a parameter of apt: indent it below "apt:"',
    ],
  ],
  [
    'free text for a module without',
    task('- apt: nginx'),
    [
      'site.yml:3:12: apt: takes no free text [E_FREE_TEXT]\n  hint: write its parameters below it, as in "name: …"',
    ],
  ],
  [
    'a list for a module',
    task('- apt: [nginx]'),
    ['site.yml:3:12: apt: needs a dictionary of arguments, not a list [E_TYPE]'],
  ],
  [
    'a template beside other arguments',
    task('- apt: name=x\n  args: "{{ y }}"'),
    [
      'site.yml:4:14: args: a template cannot be merged with other arguments [E_UNSUPPORTED]\n  hint: give the dictionary to the module itself, or list the arguments',
    ],
  ],
  [
    'a keyword of a wrong type',
    task('- apt: name=x\n  become: rot\n  timeout: long'),
    [
      'site.yml:4:15: become: needs yes or no, not the text "rot" [E_TYPE]',
      'site.yml:5:16: timeout: needs a number, not the text "long" [E_TYPE]',
    ],
  ],
  [
    'a condition with braces inside',
    task('- apt: name=x\n  when: a == "{{ b }}"'),
    [
      'site.yml:4:13: when: is an expression already [E_CONDITION]\n  hint: write the variable without "{{" and "}}"; join texts with "~"',
    ],
  ],
  [
    'a name that no variable can have',
    task('- command: x\n  register: my-var\n- command: y\n  vars: {1a: 2}'),
    [
      'site.yml:4:17: register: "my-var" cannot be a variable\'s name [E_VARIABLE_NAME]\n  hint: letters, digits and "_", and no digit first',
      'site.yml:6:14: "1a" cannot be a variable\'s name [E_VARIABLE_NAME]\n  hint: letters, digits and "_", and no digit first',
    ],
  ],
  [
    'two loops',
    task('- command: x\n  loop: [1]\n  with_items: [2]'),
    ['site.yml:5:7: a task has one loop, not "loop" and "with_items" [E_TWO_LOOPS]'],
  ],
  [
    'a loop over a name',
    task('- command: x\n  loop: users'),
    [
      'site.yml:4:13: loop: needs a list, not the text "users" [E_TYPE]\n  hint: a variable goes into "{{ … }}"',
    ],
  ],
  [
    'a loop over a dictionary',
    task('- command: x\n  loop: {a: 1}'),
    [
      'site.yml:4:13: loop: needs a list, not a dictionary [E_TYPE]\n  hint: give the dictionary as "{{ … | dict2items }}"',
    ],
  ],
  [
    'an unknown control of a loop',
    task('- command: x\n  loop: [1]\n  loop_control: {loopvar: y}'),
    [
      'site.yml:5:22: unknown keyword "loopvar" of loop_control [E_UNKNOWN_KEYWORD]\n  hint: did you mean "loop_var"?',
    ],
  ],
  [
    'what is not supported',
    task('- command: x\n  async: 10\n  poll: 0\n- command: y\n  debugger: on_failed'),
    [
      'site.yml:4:7: "async: 10" is not supported [E_UNSUPPORTED]\n  hint: leave it out; "timeout" limits how long a task may take',
      'site.yml:7:7: "debugger: on_failed" is not supported [E_UNSUPPORTED]\n  hint: leave it out',
    ],
  ],
  [
    'a connection of a play',
    site('- hosts: web\n  connection: local\n- hosts: localhost\n  connection: local\n'),
    [
      'site.yml:2:3: "connection: local" is not supported [E_UNSUPPORTED]\n  hint: set ansible_connection in the inventory, or use "delegate_to: localhost"',
    ],
  ],
  [
    'a method of becoming',
    task('- command: x\n  become_method: doas'),
    [
      'site.yml:4:22: become_method: "doas" is not supported [E_UNSUPPORTED]\n  hint: supported are sudo and su',
    ],
  ],
  [
    'an order of the hosts',
    site('- hosts: all\n  order: sorted\n'),
    [
      'site.yml:2:3: "order: sorted" is not supported [E_UNSUPPORTED]\n  hint: order the hosts in the inventory',
    ],
  ],
  [
    'a prompt without a name',
    site('- hosts: all\n  vars_prompt: [{prompt: x}]\n'),
    ['site.yml:2:17: vars_prompt: needs "name" [E_MISSING_KEYWORD]'],
  ],
  [
    'a prompt that encrypts',
    site('- hosts: all\n  vars_prompt: [{name: x, encrypt: sha512_crypt}]\n'),
    [
      'site.yml:2:27: vars_prompt: "encrypt" is not supported [E_UNSUPPORTED]\n  hint: supported: confirm, default, name, private, prompt, unsafe',
    ],
  ],
])('%s', (_, files, messages) => {
  expect(found(files)).toEqual(messages)
})
