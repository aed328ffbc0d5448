import { checked, tasks } from './fixture.ts'
import type { Files } from '../load/project.ts'

test.each<[string, Files, readonly string[]]>([
  [
    'an unknown parameter',
    tasks('- user: {name: x, shel: y}'),
    [
      'site.yml:3:23: user: unknown parameter "shel" [E_UNKNOWN_PARAM]\n  hint: did you mean "shell"?',
    ],
  ],
  [
    'a missing parameter',
    tasks('- template: {src: "{{ region }}"}'),
    ['site.yml:3:7: template: needs "dest" [E_MISSING_PARAM]'],
  ],
  [
    'a wrong choice',
    tasks('- apt: {name: x, state: presnt}'),
    [
      'site.yml:3:22: apt: "state" needs one of present, absent, latest, not "presnt" [E_PARAM_TYPE]\n  hint: did you mean "present"?',
    ],
  ],
  [
    'a wrong type',
    tasks('- apt: {name: x, update_cache: perhaps}'),
    ['site.yml:3:22: apt: "update_cache" needs yes or no, not "perhaps" [E_PARAM_TYPE]'],
  ],
  [
    'a broken rule',
    tasks('- copy: {dest: /x}'),
    ['site.yml:3:7: copy: needs "src" or "content" [E_PARAM_RULE]'],
  ],
  [
    'a wrong argument in key=value',
    tasks('- apt: name=x stat=present'),
    [
      'site.yml:3:19: apt: unknown parameter "stat" [E_UNKNOWN_PARAM]\n  hint: did you mean "state"?',
    ],
  ],
  [
    'an unknown action of meta',
    tasks('- meta: flush_handler'),
    [
      'site.yml:3:7: meta: "free_form" needs one of clear_facts, clear_host_errors, end_batch, end_host, end_play, flush_handlers, noop, refresh_inventory, reset_connection, not "flush_handler" [E_PARAM_TYPE]\n  hint: did you mean "flush_handlers"?',
    ],
  ],
  [
    'a wrong argument of an action',
    tasks('- debug: {mgs: x}'),
    [
      'site.yml:3:15: debug: unknown parameter "mgs" [E_UNKNOWN_PARAM]\n  hint: did you mean "msg"?',
    ],
  ],
  [
    'a module in a block, an import and an include',
    tasks('- block: [{user: {nam: a}}]\n- import_tasks: a.yml\n- include_tasks: b.yml', {
      'a.yml': '- user: {nam: b}\n',
      'b.yml': '- user: {nam: c}\n',
    }),
    ['a.yml:1:10', 'b.yml:1:10', 'site.yml:3:23'].flatMap(at => [
      `${at.replace(/\d+$/, column => String(Number(column) - 7))}: user: needs "name" [E_MISSING_PARAM]`,
      `${at}: user: unknown parameter "nam" [E_UNKNOWN_PARAM]\n  hint: did you mean "name"?`,
    ]),
  ],

  [
    'a handler that does not exist',
    tasks('- command: x\n  notify: [restart nginx]'),
    [
      'site.yml:4:16: no handler is called "restart nginx" [E_UNKNOWN_HANDLER]\n  hint: there are no handlers of this play',
    ],
  ],
  [
    'a misspelt handler',
    {
      'site.yml':
        '- hosts: web\n  tasks:\n    - command: x\n      notify: restrat x\n  handlers:\n    - name: restart x\n      command: y\n',
    },
    [
      'site.yml:4:15: no handler is called "restrat x" [E_UNKNOWN_HANDLER]\n  hint: did you mean "restart x"?',
    ],
  ],

  [
    'an unknown filter',
    tasks('- command: "{{ region | uper }}"'),
    ['site.yml:3:29: there is no filter "uper" [E_UNKNOWN_FILTER]\n  hint: did you mean "upper"?'],
  ],
  [
    'an unknown test',
    tasks('- command: x\n  when: region is dfined'),
    ['site.yml:4:23: there is no test "dfined" [E_UNKNOWN_TEST]\n  hint: did you mean "defined"?'],
  ],
  [
    'an unknown filter in map',
    tasks('- command: "{{ [region] | map(\'uper\') | join }}"'),
    ['site.yml:3:35: there is no filter "uper" [E_UNKNOWN_FILTER]\n  hint: did you mean "upper"?'],
  ],
  ['a template that does not parse', tasks('- command: "{{ region | }}"'), ['site.yml:3:29: ']],
  ['a condition that does not parse', tasks('- command: x\n  when: region =='), ['site.yml:4:']],
  [
    'a condition of assert',
    tasks('- assert: {that: [nope == 1]}'),
    ['site.yml:3:16: the variable "nope" is defined nowhere [E_UNDEFINED]'],
  ],

  [
    'an undefined variable',
    tasks('- command: "echo {{ regon }}"'),
    [
      'site.yml:3:25: the variable "regon" is defined nowhere [E_UNDEFINED]\n  hint: did you mean "region"?',
    ],
  ],
  [
    'one in a condition',
    tasks('- command: x\n  when: regon'),
    [
      'site.yml:4:13: the variable "regon" is defined nowhere [E_UNDEFINED]\n  hint: did you mean "region"?',
    ],
  ],
  [
    'one in a block of text',
    tasks('- shell: |\n    echo a\n    echo {{ nope }}'),
    ['site.yml:5:17: the variable "nope" is defined nowhere [E_UNDEFINED]'],
  ],
  [
    'one behind another variable',
    {
      'site.yml':
        '- hosts: web\n  vars: {a: "{{ b }}", b: "{{ nope }}"}\n  tasks: [{command: "{{ a }}"}]\n',
    },
    ['site.yml:2:31: the variable "nope" is defined nowhere [E_UNDEFINED]'],
  ],
  [
    'one in a keyword',
    tasks('- command: x\n  become_user: "{{ nope }}"\n  environment: {A: "{{ nope2 }}"}'),
    [
      'site.yml:4:24: the variable "nope" is defined nowhere [E_UNDEFINED]',
      'site.yml:5:28: the variable "nope2" is defined nowhere [E_UNDEFINED]',
    ],
  ],
  [
    'one in a loop',
    tasks('- command: x\n  loop: "{{ nope }}"'),
    ['site.yml:4:17: the variable "nope" is defined nowhere [E_UNDEFINED]'],
  ],
  [
    'an item without a loop',
    tasks('- command: "{{ item }}"'),
    ['site.yml:3:20: the variable "item" is defined nowhere [E_UNDEFINED]'],
  ],
  [
    'one in a template file',
    tasks('- template: {src: a.j2, dest: /a}', {
      'templates/a.j2':
        'x\n{{ regon }}\n{% for x in [1] %}{{ x }}{{ template_path }}{% endfor %}\n',
    }),
    [
      'templates/a.j2:2:4: the variable "regon" is defined nowhere [E_UNDEFINED]\n  hint: did you mean "region"?',
    ],
  ],
  [
    'one of another role',
    {
      'site.yml':
        '- hosts: web\n  roles: [a]\n  tasks:\n    - include_role: {name: b}\n    - command: "{{ of_a }} {{ of_b }}"\n',
      'roles/a/tasks/main.yml': '',
      'roles/a/defaults/main.yml': 'of_a: 1\n',
      'roles/b/tasks/main.yml': '- command: "{{ of_b }}"\n',
      'roles/b/defaults/main.yml': 'of_b: 1\n',
    },
    [
      'site.yml:5:31: the variable "of_b" is defined nowhere [E_UNDEFINED]\n  hint: did you mean "of_a"?',
    ],
  ],
  [
    'an unknown group',
    tasks('- command: "{{ groups.wbe | length }} {{ groups[\'db\'] }}"'),
    ['site.yml:3:20: the inventory has no group "wbe" [E_UNDEFINED]\n  hint: did you mean "web"?'],
  ],
  [
    'an unknown host',
    tasks('- command: "{{ hostvars[\'web2\'].x }}"'),
    ['site.yml:3:20: the inventory has no host "web2" [E_UNDEFINED]\n  hint: did you mean "web1"?'],
  ],

  [
    'a missing template',
    tasks('- template: {src: nginx.cnf.j2, dest: /x}', { 'templates/nginx.conf.j2': '' }),
    ['site.yml:3:18: template: there is no file "nginx.cnf.j2" [E_FILE_MISSING]\n  hint: '],
  ],
  [
    'a missing file to copy',
    tasks('- copy: {src: none, dest: /x}'),
    ['site.yml:3:14: copy: there is no file "none" [E_FILE_MISSING]\n  hint: '],
  ],
  [
    'a missing file of variables',
    { 'site.yml': '- hosts: web\n  vars_files: [none.yml, [a.yml, b.yml]]\n' },
    [
      'site.yml:2:16: there is no file "none.yml" of variables [E_FILE_MISSING]\n  hint: ',
      'site.yml:2:26: there is no file "a.yml" or "b.yml" of variables [E_FILE_MISSING]\n  hint: ',
    ],
  ],
  [
    'a missing include',
    tasks('- include_tasks: none.yml'),
    ['site.yml:3:7: there is no file "none.yml" of tasks [E_FILE_MISSING]\n  hint: '],
  ],
  [
    'a missing role to include',
    tasks('- include_role: {name: "{{ item }}"}\n  loop: [a, none]', {
      'roles/a/tasks/main.yml': '',
    }),
    ['site.yml:3:7: there is no role "none" [E_ROLE_MISSING]\n  hint: '],
  ],

  [
    'a role without what it requires',
    {
      'site.yml': '- hosts: web\n  roles: [{role: a, port: x, size: huge}]\n'.replace(
        'port: x',
        'web_port: x',
      ),
      'roles/a/meta/argument_specs.yml':
        'argument_specs: {main: {options: {web_port: {type: int}, size: {choices: [small, large]}, name_of: {required: true}, region: {required: true}}}}\n',
    },
    [
      'site.yml:2:11: role a: "size" needs one of small, large, not "huge" [E_PARAM_TYPE]',
      'site.yml:2:11: role a: "web_port" needs a whole number, not "x" [E_PARAM_TYPE]',
      'site.yml:2:11: role a: needs "name_of" [E_MISSING_PARAM]',
    ],
  ],
])('%s', (_, files, messages) => {
  const { errors } = checked(files)
  // A message that is given up to its hint, or to its place, is compared that far.
  const compared = errors.map((error, i) => {
    const wanted = messages[i] ?? ''
    return /hint: $|:\d*:? ?$/.test(wanted) ? error.slice(0, wanted.length) : error
  })
  expect(compared.toSorted()).toEqual(messages.toSorted())
})
