import type { Files } from '../load/project.ts'
import { checked, tasks } from './fixture.ts'

test.each<[string, Files]>([
  [
    'facts and magic variables',
    tasks(
      '- command: "{{ ansible_facts.x }} {{ ansible_os_family }} {{ inventory_hostname }} {{ groups.web }} {{ hostvars.web1.x }} {{ omit }} {{ playbook_dir }}"',
    ),
  ],
  [
    'variables of the inventory, also of one host alone, and extra vars',
    tasks('- command: "{{ region }} {{ only_web }} {{ given }}"'),
  ],
  [
    'registered results and facts that are set, also in another play',
    {
      'site.yml':
        '- hosts: db\n  tasks:\n    - command: x\n      register: r\n    - set_fact: {f: 1}\n- hosts: web\n  tasks: [{command: "{{ r.stdout }} {{ f }}"}]\n',
    },
  ],
  [
    'variables of tasks, blocks and loops',
    tasks(
      '- vars: {b: 1}\n  block:\n    - command: "{{ b }} {{ t }} {{ item }} {{ i }}"\n      vars: {t: 1}\n      loop: [1]\n      loop_control: {index_var: i}',
    ),
  ],
  [
    'variables of an include and of its loop',
    tasks('- include_tasks: a.yml\n  vars: {v: 1}\n  loop: [1]\n  loop_control: {loop_var: l}', {
      'a.yml': '- command: "{{ v }} {{ l }}"\n',
    }),
  ],
  [
    'variables of files and prompts',
    {
      'site.yml':
        '- hosts: web\n  vars_files: [v.yml, [none.yml, w.yml]]\n  vars_prompt: [{name: p}]\n  tasks: [{command: "{{ v }} {{ w }} {{ p }}"}]\n',
      'v.yml': 'v: 1\n',
      'vars/w.yml': 'w: 1\n',
    },
  ],
  [
    'files of variables that the host decides on',
    tasks('- include_vars: "{{ ansible_os_family }}.yml"\n- command: "{{ a }} {{ b }}"', {
      'vars/Debian.yml': 'a: 1\n',
      'vars/Alpine.yml': 'b: 1\n',
    }),
  ],
  [
    'anything, when a file of variables cannot be known',
    tasks('- include_vars: "{{ given }}"\n- command: "{{ a }}"'),
  ],
  [
    'tasks that the host decides on',
    tasks('- include_tasks: "{{ ansible_os_family }}.yml"\n- command: "{{ a }}"', {
      'Debian.yml': '- set_fact: {a: 1}\n- user: {nam: "not certain to be included"}\n',
    }),
  ],
  [
    'a default and a test',
    tasks(
      "- command: \"{{ a | default('x') }} {{ b if b is defined else '' }}\"\n  when: c is not defined or c == 1",
    ),
  ],
  [
    'what its condition takes care of',
    tasks(
      '- command: "{{ a }}"\n  when: [a is defined, a | length > 1]\n- command: "{{ b.c }}"\n  when: b | default({})',
    ),
  ],
  ['a variable that has no use', { 'site.yml': '- hosts: web\n  vars: {a: "{{ nope }}"}\n' }],
  [
    'a variable whose value is defaulted',
    {
      'site.yml':
        '- hosts: web\n  vars: {a: "{{ nope }}"}\n  tasks: [{command: "{{ a | default(1) }}"}]\n',
    },
  ],
  [
    'a variable with a second value',
    {
      'site.yml':
        '- hosts: web\n  vars: {region: "{{ nope }}"}\n  tasks: [{command: "{{ region }}"}]\n',
    },
  ],
  ['a failure that is ignored', tasks('- command: "{{ nope }}"\n  ignore_errors: yes')],
  ['a task that never runs', tasks('- command: "{{ nope }}"\n  when: false')],
  ['debug of what may be undefined', tasks('- debug: {var: nope.deep}')],
  [
    'templates where only a run can know',
    tasks(
      '- user: {name: "{{ region }}", shell: "{{ omit }}"}\n- apt: {name: ["{{ region }}"], state: "{{ given }}"}\n- copy: {src: "{{ region }}.conf", dest: /x}',
    ),
  ],
  [
    'handlers by name, topic, role and template',
    {
      'site.yml':
        '- hosts: web\n  roles: [a]\n  tasks:\n    - command: x\n      notify: [own, topic, of a, "a : of a", restart nginx, "{{ region }}"]\n    - include_role: {name: b}\n    - command: x\n      notify: of b\n  handlers:\n    - {name: own, command: x, listen: topic}\n    - {name: "restart {{ region }}", command: x}\n',
      'roles/a/handlers/main.yml': '- {name: of a, command: x}\n',
      'roles/b/handlers/main.yml': '- {name: of b, command: x}\n',
    },
  ],
  [
    'files of the role, the playbook and elsewhere',
    {
      'site.yml':
        '- hosts: web\n  roles: [a]\n  tasks: [{copy: {src: f, dest: /x}}, {copy: {src: d, dest: /x}}]\n',
      'files/f': '',
      'd/e': '',
      'roles/a/templates/t.j2': '{{ region }}{% include "u.j2" %}',
      'roles/a/tasks/main.yml': '- template: {src: t.j2, dest: /x}\n',
    },
  ],
  [
    'variables of a play without hosts',
    { 'site.yml': '- hosts: cache\n  tasks: [{command: "{{ groups.cache }} {{ nope }}"}]\n' },
  ],
  [
    'with_items, by the lookup it stands for',
    tasks('- command: "{{ item }}"\n  with_items: ["{{ region }}", [1]]'),
  ],
  [
    'tasks that include themselves',
    tasks('- include_tasks: a.yml', { 'a.yml': '- include_tasks: a.yml\n  when: given > 1\n' }),
  ],
])('no mistake: %s', (_, files) => {
  expect(checked(files).errors).toEqual([])
})

test.each<[string, Files, readonly string[]]>([
  [
    'a secret on a command line',
    tasks('- command: mysql -p{{ given }} {{ db_password | default(1) }}'),
    [
      'site.yml:3:39: command: "db_password" stands on a command line, which every account of the host can read [E_SECRET_ON_COMMAND_LINE]\n  hint: pass it by "stdin" or by "environment"',
    ],
  ],
  [
    'a group that is not in the inventory',
    { 'site.yml': '- hosts: wbe:db\n' },
    [
      'site.yml:1:3: no host and no group is called "wbe" [E_NO_HOSTS]\n  hint: did you mean "web"?',
    ],
  ],
])('a warning: %s', (_, files, messages) => {
  const { errors, warnings } = checked(files)
  expect(errors).toEqual([])
  expect(warnings).toEqual(messages)
})
