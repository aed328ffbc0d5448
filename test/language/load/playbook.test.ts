import type { Block, Node, Task } from '../../../src/language/play.ts'
import { playOf, plainly, playsOf, type Files } from './project.ts'

/** The nodes of a play with these lines under `tasks:`. */
const nodesOf = (tasks: string, more: Files = {}): readonly Node[] => {
  const indented = tasks.replaceAll(/^/gm, '    ')
  const files = { 'site.yml': `- hosts: all\n  tasks:\n${indented}\n`, ...more }
  return playOf(files).sections.flat()
}

const taskOf = (text: string, more: Files = {}): Task => {
  const [node] = nodesOf(text, more)
  if (node?.kind !== 'task') throw new Error('no task')
  return node
}

const summary = ({ module, args, freeForm }: Task): readonly unknown[] => [
  module,
  plainly(new Map(args)),
  ...(freeForm === undefined ? [] : [plainly(freeForm)]),
]

test.each<[string, string, readonly unknown[]]>([
  ['a dictionary', '- apt: {name: x, state: present}', ['apt', { name: 'x', state: 'present' }]],
  ['nothing', '- apt:\n  args: {name: x}', ['apt', { name: 'x' }]],
  ['key=value', '- apt: name=x state=present', ['apt', { name: 'x', state: 'present' }]],
  [
    'key=value with a template',
    '- file: path=/x/{{ a b }} state="a b"',
    ['file', { path: 'T /x/{{ a b }}', state: 'a b' }],
  ],
  ['a full name', '- ansible.builtin.apt: {name: x}', ['apt', { name: 'x' }]],
  ['free text', '- command: echo a=b "c d"', ['command', {}, 'echo a=b "c d"']],
  [
    'free text with parameters',
    '- command: chdir=/tmp echo a=b',
    ['command', { chdir: '/tmp' }, 'echo a=b'],
  ],
  [
    'free text over lines',
    '- shell: |\n    echo a\n    echo  b',
    ['shell', {}, 'echo a\necho  b\n'],
  ],
  ['free text with args', '- shell: pwd\n  args: {chdir: /}', ['shell', { chdir: '/' }, 'pwd']],
  ['a template of all arguments', '- apt: "{{ options }}"', ['apt', {}, 'T {{ options }}']],
  ['args as a template', '- apt:\n  args: "{{ options }}"', ['apt', {}, 'T {{ options }}']],
  ['action as text', '- action: apt name=x', ['apt', { name: 'x' }]],
  ['action as a dictionary', '- action: {module: apt, name: x}', ['apt', { name: 'x' }]],
  ['facts', '- set_fact: a=1 b="{{ c }}"', ['set_fact', { a: '1', b: 'T {{ c }}' }]],
  ['meta', '- meta: flush_handlers', ['meta', {}, 'flush_handlers']],
  ['an unsafe text', '- shell: !unsafe echo {{ x }}', ['shell', {}, 'echo {{ x }}']],
])('arguments as %s', (_, text, wanted) => {
  expect(summary(taskOf(text))).toEqual(wanted)
})

test('local_action is delegated to localhost', () => {
  const task = taskOf('- local_action: command uptime')
  expect([summary(task), task.keywords.delegateTo]).toEqual([
    ['command', {}, 'uptime'],
    'localhost',
  ])
})

test('defaults of modules fill in what a task does not give', () => {
  const play = playOf({
    'site.yml':
      '- hosts: all\n  module_defaults: {ansible.builtin.file: {mode: "0700", state: file}}\n' +
      '  tasks:\n    - file: {path: /x, state: touch}\n      module_defaults: {file: {mode: "0600"}}\n',
  })
  expect(play.sections.flat().map(node => summary(node as Task))).toEqual([
    ['file', { mode: '0600', state: 'touch', path: '/x' }],
  ])
})

const LIST =
  '(_provision_with if _provision_with is sequence and _provision_with is not string and _provision_with is not mapping else [_provision_with])'

test.each<[string, string, unknown]>([
  ['loop: [1, 2]', '[1, 2]', [1, 2]],
  ['loop: "{{ x }}"', 'a template', 'T {{ x }}'],
  ['with_items: [1]', 'with_items', `T {{ ${LIST} | flatten(levels=1, skip_nulls=false) }}`],
  ['with_dict: {a: 1}', 'with_dict', "T {{ query('dict', _provision_with) }}"],
  ['with_fileglob: "*.j2"', 'with_fileglob', "T {{ query('fileglob', _provision_with) }}"],
  ['with_nested: [[1], [2]]', 'with_nested', `T {{ query('nested', *${LIST}) }}`],
])('a loop by %s', (loop, _, items) => {
  const task = taskOf(
    `- command: echo\n  ${loop}\n  loop_control: {loop_var: x, index_var: i, extended: yes}`,
  )
  expect(plainly(task.loop?.items)).toEqual(items)
  expect([task.loop?.variable, task.loop?.indexVariable, task.loop?.extended]).toEqual([
    'x',
    'i',
    true,
  ])
})

test.each<[string, string, readonly string[]]>([
  ['an expression', 'when: a == 1', ['a == 1']],
  ['a list', 'when: [a, "b is defined"]', ['a', 'b is defined']],
  ['yes or no', 'when: no', ['false']],
  ['a template', 'when: "{{ a }}"', [' a ']],
  ['nothing', 'when:', []],
])('a condition as %s', (_, when, sources) => {
  expect(taskOf(`- command: x\n  ${when}`).keywords.when.map(({ source }) => source)).toEqual(
    sources,
  )
})

test('the place of a condition is that of its first character', () => {
  const { when } = taskOf('- command: x\n  when:\n    - "a"\n    - >-\n      b\n    - c').keywords
  expect(when.map(({ at }) => [at.line, at.column])).toEqual([
    [5, 12],
    [7, 11],
    [8, 11],
  ])
})

test('keywords are inherited from play, blocks and imports, and names are not', () => {
  const play = playOf({
    'site.yml': `- name: Play
  hosts: all
  become: yes
  become_user: a
  tags: p
  environment: {A: 1}
  tasks:
    - name: Block
      become_user: b
      when: c1
      tags: [q, p]
      environment: {B: 2}
      notify: h1
      vars: {x: 1}
      block:
        - import_tasks: more.yml
          when: c2
          vars: {x: 2}
      always:
        - command: z
          become: no
`,
    'more.yml': '- command: y\n  when: c3\n  notify: [h2]\n  vars: {x: 3}\n',
  })
  const [block] = play.sections.flat() as readonly Block[]
  const [task] = block?.tasks as readonly Task[]
  expect(task?.keywords).toMatchObject({
    name: undefined,
    become: true,
    becomeUser: 'b',
    tags: ['p', 'q'],
    notify: ['h1', 'h2'],
  })
  expect(task?.keywords.when.map(({ source }) => source)).toEqual(['c1', 'c2', 'c3'])
  expect(task?.keywords.vars.map(({ vars }) => vars.get('x'))).toEqual([1, 2, 3])
  expect(task?.keywords.environment.map(plainly)).toEqual([{ A: 1 }, { B: 2 }])
  expect(block?.always.map(node => node.keywords.become)).toEqual([false])
})

test('sections, handlers and names of a play', () => {
  const play = playOf({
    'site.yml': `- hosts: [web, db]
  order: inventory
  serial: [1, "30%"]
  post_tasks: [{command: d}]
  tasks: [{command: c}]
  roles: [r]
  pre_tasks: [{command: a}]
  handlers: [{name: own, command: h, listen: topic}]
  vars_files: [a.yml, [b.yml, c.yml]]
  vars_prompt: [{name: pw, prompt: Which?, private: no}]
`,
    'roles/r/tasks/main.yml': '- command: b\n',
    'roles/r/handlers/main.yml': '- name: of role\n  command: h\n',
  })
  expect(play.sections.map(section => section.map(node => (node as Task).freeForm))).toEqual([
    ['a'],
    ['b', 'c'],
    ['d'],
  ])
  expect(play.handlers.map(({ keywords }) => keywords.name)).toEqual(['of role', 'own'])
  expect(play).toMatchObject({
    name: 'web,db',
    order: 'inventory',
    serial: [1, '30%'],
    varsFiles: ['a.yml', ['b.yml', 'c.yml']],
    varsPrompt: [{ name: 'pw', prompt: 'Which?', isPrivate: false, confirm: false }],
  })
})

test('imported playbooks stand in their place and pass on vars, tags and conditions', () => {
  const [first, second] = playsOf({
    'site.yml':
      '- import_playbook: sub/other.yml\n  vars: {a: 1, b: 1}\n  tags: t\n  when: c\n- hosts: all\n',
    'sub/other.yml': '- hosts: web\n  vars: {b: 2}\n  tasks: [{command: x}]\n',
  })
  expect(first?.directory.endsWith('sub')).toBe(true)
  expect(plainly(first?.vars?.vars)).toEqual({ a: 1, b: 2 })
  const [task] = first?.sections.flat() ?? []
  expect(task?.keywords).toMatchObject({ tags: ['t'], when: [{ source: 'c' }], vars: [] })
  expect(second?.hosts).toBe('all')
})
