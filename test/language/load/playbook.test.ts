import type { Block, Include, Node, Play, Task } from '../../../src/language/play.ts'
import { loadIncluded, loadRole } from '../../../src/language/load/index.ts'
import { TemplateText, type Raw } from '../../../src/language/value.ts'
import { inProject, loadSite, modules, type Files } from './project.ts'

const plays = (files: Files): readonly Play[] =>
  inProject(files, directory => loadSite(directory).plays)

const playOf = (files: Files): Play => {
  const [play] = plays(files)
  if (play === undefined) throw new Error('no play')
  return play
}

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

const shown = (raw: Raw | undefined): unknown => {
  if (raw instanceof TemplateText) return `T ${raw.source}`
  if (Array.isArray(raw)) return (raw as readonly Raw[]).map(shown)
  if (raw instanceof Map)
    return Object.fromEntries(
      [...(raw as ReadonlyMap<string, Raw>)].map(([key, value]) => [key, shown(value)]),
    )
  return raw
}

const summary = ({ module, args, freeForm }: Task): readonly unknown[] => [
  module,
  shown(new Map(args)),
  ...(freeForm === undefined ? [] : [shown(freeForm)]),
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
  expect(shown(task.loop?.items)).toEqual(items)
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
  expect(task?.keywords.environment.map(shown)).toEqual([{ A: 1 }, { B: 2 }])
  expect(block?.always.map(node => node.keywords.become)).toEqual([false])
})

test('sections, handlers and names of a play', () => {
  const play = playOf({
    'site.yml': `- hosts: [web, db]
  order: sorted
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
    order: 'sorted',
    serial: [1, '30%'],
    varsFiles: ['a.yml', ['b.yml', 'c.yml']],
    varsPrompt: [{ name: 'pw', prompt: 'Which?', isPrivate: false, confirm: false }],
  })
})

test('imported playbooks stand in their place and pass on vars, tags and conditions', () => {
  const [first, second] = plays({
    'site.yml':
      '- import_playbook: sub/other.yml\n  vars: {a: 1, b: 1}\n  tags: t\n  when: c\n- hosts: all\n',
    'sub/other.yml': '- hosts: web\n  vars: {b: 2}\n  tasks: [{command: x}]\n',
  })
  expect(first?.directory.endsWith('sub')).toBe(true)
  expect(shown(first?.vars?.vars)).toEqual({ a: 1, b: 2 })
  const [task] = first?.sections.flat() ?? []
  expect(task?.keywords).toMatchObject({ tags: ['t'], when: [{ source: 'c' }], vars: [] })
  expect(second?.hosts).toBe('all')
})

const ROLES: Files = {
  'roles/web/tasks/main.yml': '- import_tasks: sub.yml\n- command: "{{ port }}"\n',
  'roles/web/tasks/sub.yml': '- command: sub\n',
  'roles/web/tasks/other.yml': '- command: other\n',
  'roles/web/defaults/main.yml': 'port: 80\n',
  'roles/web/vars/main/a.yml': 'x: 1\n',
  'roles/web/vars/main/b.yml': 'y: 2\n',
  'roles/web/meta/main.yml': 'dependencies: [common, {role: common, level: 2}]\n',
  'roles/web/meta/argument_specs.yml': 'argument_specs: {main: {options: {port: {type: int}}}}\n',
  'roles/web/handlers/main.yml': '- name: restart\n  command: x\n',
  'roles/common/tasks/main.yml': '- command: common\n',
}

const freeForms = (nodes: readonly Node[]): readonly unknown[] =>
  nodes.map(node => (node.kind === 'task' ? shown(node.freeForm) : node.kind))

test('a role brings its dependencies, variables, handlers and specification', () => {
  const play = playOf({
    'playbooks/site.yml': '',
    'site.yml':
      '- hosts: all\n  roles:\n    - common\n    - {role: web, web_port: 81, tags: t, vars: {v: 1}}\n',
    ...ROLES,
  })
  const nodes = play.sections.flat()
  // The first dependency ran already; the second has parameters of its own, the role's among them.
  expect(freeForms(nodes)).toEqual([
    'common',
    'common',
    'common',
    'role start',
    'sub',
    'T {{ port }}',
  ])
  const web = play.roles.at(-1)
  expect(web).toMatchObject({ name: 'web' })
  expect([web?.defaults, web?.vars].map(layer => shown(layer?.vars))).toEqual([
    { port: 80 },
    { x: 1, y: 2 },
  ])
  expect(web?.params.map(({ vars }) => shown(vars))).toEqual([{ web_port: 81 }])
  expect(shown(web?.argumentSpec)).toEqual({ options: { port: { type: 'int' } } })
  expect(nodes.at(-1)?.keywords).toMatchObject({ tags: ['t'] })
  expect(play.handlers.map(({ role, keywords }) => [role?.name, keywords.name])).toEqual([
    ['web', 'restart'],
  ])
})

test('a role of `roles:` runs once for the same parameters, an imported one each time', () => {
  const play = playOf({
    'site.yml':
      '- hosts: all\n  roles: [common, common, {role: common, x: 1}]\n  tasks:\n    - import_role: {name: common}\n    - import_role: name=common\n',
    ...ROLES,
  })
  expect(freeForms(play.sections.flat())).toEqual(['common', 'common', 'common', 'common'])
})

test('roles are found beside the playbooks, too', () => {
  const files = {
    'site.yml': '- import_playbook: playbooks/a.yml\n',
    'playbooks/a.yml': '- hosts: all\n  roles: [common]\n',
    ...ROLES,
  }
  expect(freeForms(playOf(files).sections.flat())).toEqual(['common'])
})

const INCLUDES = `- name: B
  tags: [outer]
  when: b
  block:
    - include_tasks: {file: inc.yml, apply: {become: yes, tags: applied}}
      tags: own
      when: i
      vars: {v: 1}
    - include_role: name=web tasks_from=other
`

test('an include is read in its turn, with what is around it and what it applies', () => {
  const files = {
    'site.yml': `- hosts: all\n  become_user: u\n  tasks:\n${INCLUDES.replaceAll(/^/gm, '    ')}`,
    'inc.yml': '- command: x\n',
    ...ROLES,
  }
  inProject(files, directory => {
    const [block] = loadSite(directory).plays[0]?.sections.flat() as readonly Block[]
    const [tasks, role] = block?.tasks as readonly Include[]
    if (tasks === undefined || role === undefined) throw new Error('no includes')
    expect(tasks.keywords).toMatchObject({
      tags: ['outer', 'own'],
      when: [{ source: 'b' }, { source: 'i' }],
    })
    const [task] = loadIncluded(`${directory}/inc.yml`, tasks, { modules })
    expect(task?.keywords).toMatchObject({
      become: true,
      becomeUser: 'u',
      tags: ['outer', 'applied'],
      when: [{ source: 'b' }],
      vars: [],
    })
    const loaded = loadRole('web', { include: role, tasksFrom: 'other' }, { modules })
    expect(freeForms(loaded.nodes)).toEqual(['common', 'common', 'other'])
    expect(loaded.roles.map(({ name }) => name)).toEqual(['common', 'common', 'web'])
    expect(loaded.handlers.map(({ keywords }) => keywords.name)).toEqual(['restart'])
    expect(loaded.nodes[0]?.keywords.tags).toEqual(['outer'])
  })
})
