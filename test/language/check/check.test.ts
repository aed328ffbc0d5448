import { checkPlaybooks, type CheckedModule } from '../../../src/language/check/index.ts'
import { inProject, loadSite, modules, shown, type Files } from '../load/project.ts'

const inventory = {
  hosts: ['web1', 'db1'],
  groups: new Map([
    ['web', undefined],
    ['db', undefined],
  ]),
  varsOf: (host: string) =>
    new Map([
      ['region', { value: 'eu' }],
      ...(host === 'web1' ? [['only_web', { value: 1 }] as const] : []),
    ]),
  hostsOf: (group: string) => (group === 'all' ? ['web1', 'db1'] : [`${group}1`]),
}

const copy: CheckedModule = {
  name: 'copy',
  params: modules.get('copy')?.params ?? {},
  check: ({ src, content }) =>
    src === undefined && content === undefined ? 'needs "src" or "content"' : undefined,
}

const rule: ReadonlyMap<string, CheckedModule> = new Map([...modules, ['copy', copy]])

const checked = (files: Files): { errors: readonly string[]; warnings: readonly string[] } =>
  inProject(files, directory => {
    const { errors, warnings } = checkPlaybooks([loadSite(directory)], {
      modules: rule,
      inventory,
      extraVars: new Map([['given', 1]]),
      load: { modules },
    })
    return { errors: shown(errors, directory), warnings: shown(warnings, directory) }
  })

const tasks = (text: string, more: Files = {}): Files => ({
  'site.yml': `- hosts: web\n  tasks:\n${text.replaceAll(/^/gm, '    ')}\n`,
  ...more,
})

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

test('a thousand tasks take well under a second', () => {
  const many = Array.from(
    { length: 1000 },
    (_, i) =>
      `- name: task ${i}\n  command: "echo {{ region }} {{ inventory_hostname }} ${i}"\n  when: given == ${i}\n`,
  )
  inProject(tasks(many.join('')), directory => {
    const playbook = loadSite(directory)
    const start = performance.now()
    const { errors } = checkPlaybooks([playbook], {
      modules: rule,
      inventory,
      extraVars: new Map([['given', 1]]),
      load: { modules },
    })
    expect(errors).toEqual([])
    // An idle machine needs a tenth of it.
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
