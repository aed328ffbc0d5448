import { behaves, inventory } from './harness.ts'

const role = (name: string, files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).map(([file, text]) => [`roles/${name}/${file}/main.yml`, text]),
  )

describe('include_tasks and import_tasks', () => {
  behaves([
    {
      case: 'take vars, conditions and loops',
      files: {
        'in.yml': '- { name: "I {{ v }}", debug: { msg: "{{ v }} {{ item | default(0) }}" } }\n',
      },
      tasks: `
        - { include_tasks: in.yml, vars: { v: a } }
        - { include_tasks: in.yml, vars: { v: b }, when: false }
        - { include_tasks: in.yml, vars: { v: "c{{ item }}" }, loop: [1, 2] }
        - { import_tasks: in.yml, vars: { v: d } }
        - { import_tasks: in.yml, vars: { v: e }, when: false }`,
      trace: [
        'h1 | include_tasks | ok',
        'h1 > a 0',
        'h1 | I a | ok',
        'h1 | include_tasks | skipped',
        'h1 | include_tasks (1) | ok',
        'h1 | include_tasks (2) | ok',
        'h1 > c1 1',
        'h1 | I c1 | ok',
        'h1 > c2 2',
        'h1 | I c2 | ok',
        'h1 > d 0',
        'h1 | I d | ok',
        'h1 | I {{ v }} | skipped'.replace('{{ v }}', 'e'),
      ],
    },
    {
      case: 'name a file by a variable, each host its own',
      files: {
        'inventory.yml': inventory({ a: '{ f: one }', b: '{ f: two }' }),
        'one.yml': '- { name: One, debug: { msg: one } }\n',
        'two.yml': '- { name: Two, debug: { msg: two } }\n',
      },
      tasks: '- include_tasks: "{{ f }}.yml"',
      trace: [
        'a | include_tasks | ok',
        'b | include_tasks | ok',
        'a > one',
        'a | One | ok',
        'b > two',
        'b | Two | ok',
      ],
    },
    {
      case: 'of a file that is wrong or missing fail the hosts that asked for it',
      files: {
        'inventory.yml': inventory({ a: '{ f: bad }', b: '{ f: good }', c: '{ f: none }' }),
        'bad.yml': '- { name: Bad, nonsense: {} }\n',
        'good.yml': '- { name: Good, debug: { msg: good } }\n',
      },
      tasks: '- include_tasks: "{{ f }}.yml"',
      trace: [
        'a | include_tasks | ok',
        'a | include_tasks | failed',
        'b | include_tasks | ok',
        'c | include_tasks | failed',
        'b > good',
        'b | Good | ok',
      ],
    },
    {
      case: 'give tags and conditions of apply to what they bring along',
      files: {
        'in.yml': '- { name: I, debug: { msg: i } }\n- { name: J, debug: {}, tags: other }\n',
      },
      tasks: `
        - { name: With, include_tasks: { file: in.yml, apply: { tags: x } }, tags: x }
        - { name: Without, include_tasks: in.yml, tags: x }
        - { name: Other, debug: {} }`,
      choice: { flags: { tags: ['x'] } },
      trace: [
        'h1 | With | ok',
        'h1 > i',
        'h1 | I | ok',
        'h1 > Hello world!',
        'h1 | J | ok',
        'h1 | Without | ok',
      ],
    },
    {
      case: 'with a loop variable of their own leave the inner loop its item',
      files: { 'in.yml': '- { name: I, debug: { msg: "{{ outer }}{{ item }}" }, loop: [x] }\n' },
      tasks: `
        - include_tasks: in.yml
          loop: [1, 2]
          loop_control: { loop_var: outer, label: "n{{ outer }}" }`,
      trace: [
        'h1 | include_tasks (n1) | ok',
        'h1 | include_tasks (n2) | ok',
        'h1 > 1x',
        'h1 | I (x) | ok',
        'h1 > 2x',
        'h1 | I (x) | ok',
      ],
    },
    {
      case: 'let set_fact win over vars of a block around them, and lose against their own',
      files: { 'in.yml': '- { name: I, debug: { msg: "{{ x }} {{ y }}" } }\n' },
      tasks: `
        - vars: { x: block }
          block:
            - { name: S, set_fact: { x: fact, y: fact } }
            - { include_tasks: in.yml, vars: { y: include } }`,
      trace: ['h1 | S | ok', 'h1 | include_tasks | ok', 'h1 > fact include', 'h1 | I | ok'],
    },
  ])
})

describe('roles', () => {
  behaves([
    {
      case: 'read defaults below and vars above what the inventory says',
      files: {
        'inventory.yml': inventory({ h1: '{ d: inventory, v: inventory }' }),
        ...role('r', {
          defaults: 'd: role\nonly: default\n',
          vars: 'v: role\n',
          tasks: '- { name: T, debug: { msg: "{{ d }} {{ v }} {{ only }} {{ role_name }}" } }\n',
        }),
      },
      keywords: 'roles: [r]',
      tasks: '- { name: P, debug: { msg: "{{ v }} {{ only }}" } }',
      trace: [
        'h1 > inventory role default r',
        'h1 | r : T | ok',
        'h1 > role default',
        'h1 | P | ok',
      ],
    },
    {
      case: 'that include_role brings along keep their variables to themselves, unless public',
      files: role('r', {
        defaults: 'd: default\n',
        tasks: '- { name: T, debug: { msg: "{{ d }}" } }\n',
      }),
      tasks: `
        - { include_role: { name: r }, vars: { d: given } }
        - { name: Not, debug: { msg: "{{ d | default('unknown') }}" } }
        - include_role: { name: r, public: true }
        - { name: Then, debug: { msg: "{{ d }}" } }`,
      trace: [
        'h1 | include_role | ok',
        'h1 > given',
        'h1 | r : T | ok',
        'h1 > unknown',
        'h1 | Not | ok',
        'h1 | include_role | ok',
        'h1 > default',
        'h1 | r : T | ok',
        'h1 > default',
        'h1 | Then | ok',
      ],
    },
    {
      case: 'are included by another of their files, each item its own',
      files: {
        'roles/r/tasks/main.yml': '- { name: M, debug: {} }\n',
        'roles/r/tasks/one.yml': '- { name: One, debug: { msg: one } }\n',
        'roles/r/tasks/two.yml': '- { name: Two, debug: { msg: two } }\n',
      },
      tasks: `
        - include_role: { name: r, tasks_from: "{{ item }}" }
          loop: [one, two]`,
      trace: [
        'h1 | include_role (one) | ok',
        'h1 | include_role (two) | ok',
        'h1 > one',
        'h1 | r : One | ok',
        'h1 > two',
        'h1 | r : Two | ok',
      ],
    },
    {
      case: 'bring their handlers along when they are included',
      files: role('r', {
        handlers: '- { name: H, debug: { msg: h } }\n',
        tasks: '- { name: T, debug: { msg: t }, changed_when: true, notify: H }\n',
      }),
      tasks: '- include_role: { name: r }',
      trace: [
        'h1 | include_role | ok',
        'h1 > t',
        'h1 | r : T | changed',
        'h1 > h',
        'h1 | handler r : H | ok',
      ],
    },
    {
      case: 'have their arguments validated before their first task, unless their condition is false',
      files: {
        ...role('r', {
          meta: '{}\n',
          tasks: '- { name: T, debug: { msg: "{{ r_port }}" } }\n',
        }),
        'roles/r/meta/argument_specs.yml':
          'argument_specs: { main: { options: { r_port: { type: int, required: true }, r_mode: { choices: [a, b] } } } }\n',
      },
      tasks: `
        - { include_role: { name: r }, vars: { r_port: 80, r_mode: a } }
        - block: [{ include_role: { name: r }, vars: { r_port: "{{ 'eighty' }}" } }]
          rescue: [{ name: R, debug: { msg: "{{ ansible_failed_result.msg is search('r_port') }}" } }]
        - block: [{ include_role: { name: r }, vars: { r_port: 1, r_mode: "{{ 'c' }}" } }]
          rescue: [{ name: R, debug: { msg: "{{ ansible_failed_result.msg is search('r_mode') }}" } }]
        - { import_role: { name: r }, when: false }`,
      trace: [
        'h1 | include_role | ok',
        'h1 > 80',
        'h1 | r : T | ok',
        'h1 | include_role | ok',
        'h1 | r : Arguments of role r | failed, rescued',
        'h1 > true',
        'h1 | R | ok',
        'h1 | include_role | ok',
        'h1 | r : Arguments of role r | failed, rescued',
        'h1 > true',
        'h1 | R | ok',
        'h1 | r : T | skipped',
      ],
    },
    {
      case: 'run once when they are listed twice, and again with other parameters',
      files: role('r', { tasks: '- { name: T, debug: { msg: "{{ p | default(0) }}" } }\n' }),
      keywords: 'roles: [r, r, { role: r, p: 1 }]',
      tasks: '- { name: End, debug: { msg: end } }',
      trace: [
        'h1 > 0',
        'h1 | r : T | ok',
        'h1 > 1',
        'h1 | r : T | ok',
        'h1 > end',
        'h1 | End | ok',
      ],
    },
    {
      case: 'run after those that they depend on',
      files: {
        ...role('a', { tasks: '- { name: A, debug: { msg: a } }\n' }),
        ...role('b', {
          meta: 'dependencies: [a]\n',
          tasks: '- { name: B, debug: { msg: b } }\n',
        }),
      },
      keywords: 'roles: [b]',
      tasks: '- { name: End, debug: { msg: end } }',
      trace: [
        'h1 > a',
        'h1 | a : A | ok',
        'h1 > b',
        'h1 | b : B | ok',
        'h1 > end',
        'h1 | End | ok',
      ],
    },
    {
      case: 'find their own files and templates first',
      files: {
        'roles/r/tasks/main.yml':
          '- { name: F, copy: { src: f, dest: DIR/out-f } }\n- { name: T, template: { src: t.j2, dest: DIR/out-t } }\n',
        'roles/r/files/f': 'of the role\n',
        'files/f': 'of the playbook\n',
        'roles/r/templates/t.j2': 'hello {{ inventory_hostname }}\n',
      },
      keywords: 'roles: [r]',
      tasks:
        '- { name: C, command: cat DIR/out-f DIR/out-t, register: r, changed_when: false }\n- debug: { msg: "{{ r.stdout_lines | join(\'/\') }}" }',
      trace: [
        'h1 | r : F | changed',
        'h1 | r : T | changed',
        'h1 | C | ok',
        'h1 > of the role/hello h1',
        'h1 | debug | ok',
      ],
    },
  ])
})
