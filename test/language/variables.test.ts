import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../src/core/error.ts'
import type { Play, Role } from '../../src/language/play.ts'
import { keywords, layer, plain, play, raw, role, world, yaml, type World } from './world.ts'

const x = (level: string): ReturnType<typeof layer> => layer(`x: ${level}`)
const directory = mkdtempSync(join(tmpdir(), 'provision-vars-'))
writeFileSync(join(directory, 'x.yml'), 'x: vars_files')

interface Task {
  play: Play
  role: Role
  vars: ReturnType<typeof layer>[]
  includeVars: ReturnType<typeof layer>[]
  locals: Map<string, unknown>
}

// Ansible's levels, the weakest first: each sets x on top of all that stand before it.
const LEVELS: readonly { level: string; set: (task: Task, world: World) => void }[] = [
  {
    level: 'defaults of a role of the play',
    set(task) {
      const other = role('other', { defaults: x('defaults of a role of the play') })
      task.play = { ...task.play, roles: [other, task.role] }
    },
  },
  {
    level: "defaults of the task's role",
    set: task => (task.role = { ...task.role, defaults: x("defaults of the task's role") }),
  },
  { level: 'inventory', set: () => undefined },
  {
    level: 'facts',
    set: (_, { variables }) => {
      variables.setFacts('web1', new Map([['x', 'facts']]))
    },
  },
  {
    level: 'play vars',
    set: task => (task.play = { ...task.play, vars: layer('x: play vars\nansible_x: play vars') }),
  },
  {
    level: 'vars_prompt',
    set: (task, { variables }) => {
      variables.beginPlay(task.play, ['web1'], new Map([['ansible_x', 'vars_prompt']]))
    },
  },
  {
    level: 'vars_files',
    set: task => (task.play = { ...task.play, varsFiles: ['x.yml'], directory }),
  },
  {
    level: 'vars of a role of the play',
    set(task) {
      const other = role('other', { vars: x('vars of a role of the play') })
      task.play = { ...task.play, roles: [other] }
    },
  },
  {
    level: "vars of the task's role",
    set: task => (task.role = { ...task.role, vars: x("vars of the task's role") }),
  },
  { level: 'block vars', set: task => (task.vars = [x('block vars')]) },
  { level: 'task vars', set: task => (task.vars = [...task.vars, x('task vars')]) },
  {
    level: 'include_vars',
    set: (_, { variables }) => {
      variables.includeVars('web1', x('include_vars'))
    },
  },
  {
    level: 'set_fact',
    set: (_, { variables }) => {
      variables.setFact('web1', 'x', 'set_fact')
    },
  },
  {
    level: 'register',
    set: (_, { variables }) => {
      variables.register('web1', 'x', 'register')
    },
  },
  {
    level: 'role params',
    set: task => (task.role = { ...task.role, params: [x('outer'), x('role params')] }),
  },
  {
    level: 'include params',
    set: task => (task.includeVars = [x('outer'), x('include params')]),
  },
  { level: 'locals', set: task => task.locals.set('x', 'locals') },
]

describe('precedence', () => {
  test.each(LEVELS.map(({ level }, index) => ({ level, count: index + 1 })))(
    '$level wins over all before it',
    ({ level, count }) => {
      const inventory = count > 2 ? { web1: 'x: inventory\nansible_x: inventory' } : {}
      const it = world(inventory)
      const task: Task = {
        play: play(),
        role: role('own'),
        vars: [],
        includeVars: [],
        locals: new Map(),
      }
      for (const { set } of LEVELS.slice(0, count)) set(task, it)
      const scope = it.scope({
        play: task.play,
        role: task.role,
        keywords: keywords(task.vars),
        includeVars: task.includeVars,
        locals: task.locals,
      })
      // Facts and prompts are set where facts are read: under `ansible_`.
      const name = ['facts', 'vars_prompt'].includes(level) ? 'ansible_x' : 'x'
      expect(scope.variable(name)).toBe(level)
    },
  )

  test('extra vars win over all of them', () => {
    const { scope } = world({}, { extraVars: yaml('x: extra') })
    expect(scope({ locals: new Map([['x', 'local']]) }).variable('x')).toBe('extra')
  })

  test('nothing wins over magic variables', () => {
    const { scope } = world({}, { extraVars: yaml('inventory_hostname: other') })
    expect(scope().variable('inventory_hostname')).toBe('web1')
  })
})

describe('facts', () => {
  test.each([
    { case: 'with the prefix', name: 'ansible_hostname' },
    { case: 'without it', name: 'hostname' },
  ])('given $case are read both ways', ({ name }) => {
    const { variables, scope } = world()
    variables.setFacts('web1', new Map([[name, 'w1']]))
    expect(scope().variable('ansible_hostname')).toBe('w1')
    expect(plain(scope().variable('ansible_facts'))).toEqual({ hostname: 'w1' })
    expect(scope().variable('hostname')).toBeUndefined()
  })

  test('are added to, until they are forgotten', () => {
    const { variables, scope } = world()
    variables.setFacts('web1', new Map([['a', 1]]))
    variables.setFacts('web1', new Map([['b', 2]]))
    expect(plain(scope().variable('ansible_facts'))).toEqual({ a: 1, b: 2 })
    variables.setFacts('web1', new Map())
    expect(plain(scope().variable('ansible_facts'))).toEqual({})
    expect(scope().variable('ansible_a')).toBeUndefined()
  })
})

describe('roles', () => {
  const shown = role('shown', { defaults: layer('d: 1'), vars: layer('v: 2') })

  test('a role that is not the play’s is not seen', () => {
    expect(world().scope().variable('d')).toBeUndefined()
    expect(world().scope({ role: shown }).variable('d')).toBe(1)
  })

  test('a public include shows a role to later tasks, until the next play', () => {
    const { variables, scope } = world()
    variables.exposeRole(shown)
    expect([scope().variable('d'), scope().variable('v')]).toEqual([1, 2])
    variables.beginPlay(play(), ['web1'], new Map())
    expect(scope().variable('d')).toBeUndefined()
  })
})

describe('magic variables', () => {
  const { scope, variables } = world(
    { 'db.example.com': 'ansible_host: 10.0.0.1' },
    { checkMode: true, tags: ['a'], limit: 'web1' },
  )
  const thePlay = play({ name: 'Web servers', roles: [role('nginx')] })
  variables.beginPlay(thePlay, ['web1', 'web2'], new Map())
  variables.setBatch(['web1', 'web2'], ['web1', 'web2', 'db.example.com'], ['web2'])
  const task = scope({ play: thePlay, role: role('nginx') })

  test.each([
    { name: 'inventory_hostname', value: 'web1' },
    { name: 'group_names', value: ['web'] },
    { name: 'groups', value: { all: HOSTS(), web: HOSTS() } },
    { name: 'ansible_play_hosts', value: ['web1', 'db.example.com'] },
    { name: 'ansible_play_hosts_all', value: ['web1', 'web2', 'db.example.com'] },
    { name: 'ansible_play_batch', value: ['web1'] },
    { name: 'play_hosts', value: ['web1'] },
    { name: 'ansible_play_name', value: 'Web servers' },
    { name: 'role_name', value: 'nginx' },
    { name: 'role_path', value: '/playbook/roles/nginx' },
    { name: 'playbook_dir', value: '/playbook' },
    { name: 'inventory_dir', value: '/inventory' },
    { name: 'inventory_file', value: '/inventory/hosts.yml' },
    { name: 'ansible_check_mode', value: true },
    { name: 'ansible_diff_mode', value: false },
    { name: 'ansible_run_tags', value: ['a'] },
    { name: 'ansible_skip_tags', value: [] },
    { name: 'ansible_limit', value: 'web1' },
    { name: 'ansible_host', value: 'web1' },
    { name: 'ansible_play_role_names', value: ['nginx'] },
  ])('$name', ({ name, value }) => {
    expect(plain(task.variable(name))).toEqual(value)
  })

  test('a host has a short name', () => {
    const host = scope({ host: 'db.example.com' })
    expect(host.variable('inventory_hostname_short')).toBe('db')
    expect(host.variable('ansible_host')).toBe('10.0.0.1')
  })

  test('the version can be compared', () => {
    expect(scope().value(raw('"{{ ansible_version.full }}"'))).toMatch(/^2\.\d+\.\d+$/)
  })
})

function HOSTS(): readonly string[] {
  return ['web1', 'web2', 'db.example.com']
}

describe('hostvars', () => {
  const { scope, variables } = world({ web2: 'port: "{{ base + 1 }}"\nbase: 80' })
  variables.register('web2', 'found', new Map([['stdout', '{{ 1 + 1 }}']]))
  variables.setFacts('web2', new Map([['hostname', 'w2']]))
  const get = (expression: string): unknown =>
    scope({ play: play({ vars: layer('base: 9000\nown: 1') }) }).value(raw(`"{{ ${expression} }}"`))

  test.each([
    {
      case: 'templates see the other host’s variables',
      expression: 'hostvars.web2.port',
      value: 81,
    },
    { case: 'results', expression: "hostvars['web2'].found.stdout", value: '{{ 1 + 1 }}' },
    { case: 'facts', expression: 'hostvars.web2.ansible_hostname', value: 'w2' },
    { case: 'ansible_facts', expression: 'hostvars.web2.ansible_facts.hostname', value: 'w2' },
    { case: 'magic', expression: 'hostvars.web2.inventory_hostname', value: 'web2' },
    { case: 'nothing of the play', expression: 'hostvars.web2.own is defined', value: false },
    { case: 'no other host', expression: "'web3' in hostvars", value: false },
    { case: 'its keys are the hosts', expression: 'hostvars | list', value: ['web1', 'web2'] },
    {
      case: 'map and extract',
      expression: "groups.web | map('extract', hostvars, 'inventory_hostname') | list",
      value: ['web1', 'web2'],
    },
  ])('$case', ({ expression, value }) => {
    expect(get(expression)).toEqual(value)
  })

  test('a cycle over hosts is an error that names its path', () => {
    const cyclic = world({
      web1: 'a: "{{ hostvars.web2.b }}"',
      web2: 'b: "{{ hostvars.web1.a }}"',
    })
    expect(() => cyclic.scope().variable('a')).toThrow(
      "the variable needs itself: a → hostvars['web2'].b → a",
    )
  })
})

describe('vars_files', () => {
  writeFileSync(join(directory, 'debian.yml'), 'package: nginx-full')
  writeFileSync(join(directory, 'list.yml'), '- 1')

  test.each([
    { case: 'a template', files: ['{{ os }}.yml'], value: 'nginx-full' },
    {
      case: 'the first of a list that exists',
      files: [['no.yml', 'debian.yml']],
      value: 'nginx-full',
    },
    {
      case: 'before facts are known, what needs them is passed over',
      files: ['{{ ansible_os_family }}.yml'],
      value: undefined,
    },
  ])('$case', ({ files, value }) => {
    const varsFiles = raw(JSON.stringify(files)) as Play['varsFiles']
    const scope = world({ web1: 'os: debian' }).scope({ play: play({ varsFiles, directory }) })
    expect(scope.variable('package')).toBe(value)
  })

  test.each([
    { case: 'a file that is missing', file: 'none.yml', code: 'E_FILE_MISSING' },
    { case: 'a file without a dictionary', file: 'list.yml', code: 'E_VARS' },
  ])('$case', ({ file, code }) => {
    const scope = world().scope({ play: play({ varsFiles: [file], directory }) })
    expect(codeOf(() => scope.variable('package'))).toBe(code)
  })
})

const codeOf = (action: () => unknown): string => {
  try {
    action()
  } catch (error) {
    if (error instanceof UserError) return error.code
    throw error
  }
  return 'no error'
}

describe('reads are told', () => {
  test.each([
    { case: 'through other variables', expression: 'a', reads: ['web1 a', 'web1 b'] },
    { case: 'of what does not exist', expression: 'nope | default(1)', reads: ['web1 nope'] },
    { case: 'of another host', expression: 'hostvars.web2.c', reads: ['web1 hostvars', 'web2 c'] },
    {
      case: 'that another host has no such thing',
      expression: 'hostvars.web2.nope is defined',
      reads: ['web1 hostvars', 'web2 nope'],
    },
    { case: 'only of what is used', expression: 'd.x', reads: ['web1 d'] },
  ])('$case', ({ expression, reads }) => {
    const told: string[] = []
    const { scope } = world({
      web1: 'a: "{{ b }}"\nb: 1\nd: {x: 1, y: "{{ a }}"}',
      web2: 'c: 3',
    })
    scope({
      onRead: (name, host) => {
        if (!told.includes(`${host} ${name}`)) told.push(`${host} ${name}`)
      },
    }).value(raw(`"{{ ${expression} }}"`))
    expect(told).toEqual(reads)
  })

  test('and may be refused', () => {
    class Later extends Error {}
    const scope = world({ web1: 'a: "{{ b }}"\nb: 1' }).scope({
      onRead: name => {
        if (name === 'b') throw new Later('b')
      },
    })
    expect(() => scope.value(raw('"{{ a | default(2) }}"'))).toThrow(Later)
  })
})
