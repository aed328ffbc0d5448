import { loadSite, mistakesOf, type Files } from './project.ts'

const found = (files: Files): readonly string[] => mistakesOf(files, loadSite)

const site = (text: string, more: Files = {}): Files => ({ 'site.yml': text, ...more })
const task = (text: string, more: Files = {}): Files =>
  site(`- hosts: all\n  tasks:\n${text.replaceAll(/^/gm, '    ')}\n`, more)

test.each<[string, Files, readonly string[]]>([
  [
    'an unknown role',
    site('- hosts: all\n  roles: [wbe]\n', { 'roles/web/tasks/main.yml': '' }),
    ['site.yml:2:11: there is no role "wbe" [E_ROLE_MISSING]\n  hint: did you mean "web"?'],
  ],
  [
    'a role without a name',
    site('- hosts: all\n  roles: [{tags: x}]\n'),
    ['site.yml:2:11: a role needs "role", its name [E_MISSING_KEYWORD]'],
  ],
  [
    'a role that depends on itself',
    site('- hosts: all\n  roles: [a]\n', { 'roles/a/meta/main.yml': 'dependencies: [a]\n' }),
    ['roles/a/meta/main.yml:1:16: the role "a" brings in itself [E_IMPORT_CYCLE]'],
  ],
  [
    'a missing file of a role',
    task('- import_role: {name: a, tasks_from: instal}', { 'roles/a/tasks/install.yml': '' }),
    [
      'site.yml:3:27: the role has no file "roles/a/tasks/instal.yml" [E_FILE_MISSING]\n  hint: did you mean "install"?',
    ],
  ],
  [
    'an unknown parameter of an import',
    task('- import_role: {name: a, task_from: x}', { 'roles/a/tasks/main.yml': '' }),
    [
      'site.yml:3:30: import_role: unknown parameter "task_from" [E_UNKNOWN_PARAM]\n  hint: did you mean "tasks_from"?',
    ],
  ],
  [
    'an include of nothing',
    task('- include_role: {tasks_from: x}'),
    ['site.yml:3:7: include_role: needs "name" [E_MISSING_PARAM]'],
  ],
  [
    'a missing file of tasks',
    task('- import_tasks: instal.yml', { 'install.yml': '' }),
    [
      'site.yml:3:21: there is no file "instal.yml" of tasks [E_FILE_MISSING]\n  hint: did you mean "install"?',
    ],
  ],
  [
    'a file of tasks that imports itself',
    task('- import_tasks: a.yml', { 'a.yml': '- import_tasks: a.yml\n' }),
    ['a.yml:1:17: "a.yml" imports itself [E_IMPORT_CYCLE]'],
  ],
  [
    'a template in an import',
    task('- import_tasks: "{{ x }}.yml"'),
    [
      'site.yml:3:21: import_tasks: cannot name a template [E_UNSUPPORTED]\n  hint: use "include_tasks", which is evaluated in its turn',
    ],
  ],
  [
    'a loop over an import',
    task('- import_tasks: a.yml\n  loop: [1]', { 'a.yml': '' }),
    [
      'site.yml:4:7: "loop" has no effect on import_tasks [E_UNKNOWN_KEYWORD]\n  hint: use "include_tasks", or put it on the tasks themselves',
    ],
  ],
  [
    'a keyword that an include does not pass on',
    task('- include_tasks: a.yml\n  become: yes'),
    [
      'site.yml:4:7: "become" has no effect on include_tasks [E_UNKNOWN_KEYWORD]\n  hint: put it below "apply:", or on the tasks themselves',
    ],
  ],
  [
    'a file of tasks that is a playbook',
    task('- import_tasks: a.yml', { 'a.yml': 'x: 1\n' }),
    [
      'a.yml:1:1: a file of tasks needs a list, not a dictionary [E_TYPE]\n  hint: begin each task with "-"',
    ],
  ],
  [
    'a missing playbook',
    site('- import_playbook: x.yml\n'),
    ['site.yml:1:3: there is no file "x.yml" [E_FILE_MISSING]'],
  ],
  [
    'variables that are a list',
    site('- hosts: all\n  roles: [a]\n', { 'roles/a/defaults/main.yml': '- x\n' }),
    [
      'roles/a/defaults/main.yml:1:1: a file of variables needs a dictionary, not a list [E_TYPE]\n  hint: one "name: value" per line',
    ],
  ],
  [
    'defaults of a group of modules',
    site('- hosts: all\n  module_defaults: {group/aws: {x: 1}}\n'),
    [
      'site.yml:2:21: module_defaults: "group/aws" is not supported [E_UNSUPPORTED]\n  hint: name the modules one by one',
    ],
  ],
])('%s', (_, files, messages) => {
  expect(found(files)).toEqual(messages)
})

test('mistakes of several files are told together, by file and line', () => {
  const files = {
    'site.yml':
      '- hosts: all\n  roles: [a]\n  tasks:\n    - atp: {}\n    - command: x\n      wen: y\n',
    'roles/a/tasks/main.yml': '- import_tasks: b.yml\n- sevice: {}\n',
    'roles/a/tasks/b.yml': '- a: [\n',
  }
  expect(found(files).map(message => message.split(' ')[0])).toEqual([
    'roles/a/tasks/b.yml:2:1:',
    'roles/a/tasks/main.yml:2:3:',
    'site.yml:4:7:',
    'site.yml:6:7:',
  ])
})
