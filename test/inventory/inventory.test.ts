import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { formatError, UserError } from '../../src/core/error.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { loadInventory, type InventoryOptions } from '../../src/inventory/load.ts'
import { TemplateText } from '../../src/language/value.ts'
import { Vault } from '../../src/language/vault.ts'
import { plain } from '../language/world.ts'

const directoryWith = (files: Readonly<Record<string, string>>): string => {
  const directory = mkdtempSync(join(tmpdir(), 'provision-inventory-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), content)
    if (content.startsWith('#!')) chmodSync(join(directory, name), 0o700)
  }
  return directory
}

const load = (
  files: Readonly<Record<string, string>>,
  options: InventoryOptions & { sources?: readonly string[] } = {},
): Inventory => {
  const directory = directoryWith(files)
  const sources = options.sources ?? [Object.keys(files)[0] ?? '']
  return loadInventory(
    sources.map(source => join(directory, source)),
    options,
  )
}

const varsOf = (inventory: Inventory, host: string): unknown =>
  plain(new Map([...inventory.varsOf(host)].map(([name, { value }]) => [name, value])))

const errorOf = (action: () => unknown): string => {
  try {
    action()
  } catch (error) {
    if (error instanceof UserError) return formatError(error).replaceAll(/\/\S*\//g, '')
    throw error
  }
  return 'no error'
}

const SITE = `
all:
  hosts:
    zeta:
  children:
    web:
      hosts:
        web[01:03]: {p: 1}
      vars: {a: 1}
    db:
      hosts:
        db1:
        web02:
    eu:
      children:
        web:
  vars: {n: 5}
`

describe('YAML', () => {
  const inventory = load({ 'hosts.yml': SITE })

  test('hosts in the order of Ansible', () => {
    expect(inventory.hosts).toEqual(['zeta', 'web01', 'web02', 'web03', 'db1'])
  })

  test.each([
    { group: 'all', hosts: ['zeta', 'web01', 'web02', 'web03', 'db1'] },
    { group: 'web', hosts: ['web01', 'web02', 'web03'] },
    { group: 'eu', hosts: ['web01', 'web02', 'web03'] },
    { group: 'ungrouped', hosts: ['zeta'] },
    { group: 'none', hosts: [] },
  ])('hosts of $group', ({ group, hosts }) => {
    expect(inventory.hostsOf(group)).toEqual(hosts)
  })

  test.each([
    { host: 'web02', groups: ['db', 'eu', 'web'] },
    { host: 'zeta', groups: ['ungrouped'] },
  ])('groups of $host', ({ host, groups }) => {
    expect(inventory.groupsOf(host)).toEqual(groups)
  })

  test('variables, each with its place', () => {
    expect(varsOf(inventory, 'web02')).toEqual({ n: 5, a: 1, p: 1 })
    expect(inventory.varsOf('web02').get('p')?.at).toMatchObject({ line: 8, column: 22 })
    expect(inventory.varsOf('web02').get('n')?.at).toMatchObject({ line: 17 })
  })

  test('the group all may be left out', () => {
    const bare = load({ 'hosts.yml': 'web: {hosts: {a: , b: {x: 1}}}\ndb: {children: {web: }}' })
    expect(bare.hosts).toEqual(['a', 'b'])
    expect(bare.groupsOf('a')).toEqual(['db', 'web'])
  })
})

describe('names of hosts', () => {
  test.each([
    { written: 'web[01:03]', hosts: ['web01', 'web02', 'web03'] },
    { written: 'web[8:11]', hosts: ['web8', 'web9', 'web10', 'web11'] },
    { written: 'web[0:6:3]', hosts: ['web0', 'web3', 'web6'] },
    { written: 'db-[a:c].x', hosts: ['db-a.x', 'db-b.x', 'db-c.x'] },
    { written: 'n[1:2][a:b]', hosts: ['n1a', 'n1b', 'n2a', 'n2b'] },
    { written: 'n[:2]', hosts: ['n0', 'n1', 'n2'] },
    { written: '10.0.0.1:2222', hosts: ['10.0.0.1'], port: 2222 },
    { written: '[fe80::1]:2222', hosts: ['fe80::1'], port: 2222 },
    { written: 'fe80::1', hosts: ['fe80::1'] },
  ])('$written', ({ written, hosts, port }) => {
    const inventory = load({ 'hosts.yml': `all: {hosts: {"${written}": }}` })
    expect(inventory.hosts).toEqual(hosts)
    expect(inventory.varsOf(hosts[0] ?? '').get('ansible_port')?.value).toBe(port)
  })
})

// What ansible-inventory 2.14 makes of the same file.
const INI = `
mail.x ansible_port=22 a=FALSE b=False c="[1,2]" d='x y' e=0644 f=1.5 g=abc h="{'q': 1}" i=None j=yes k="1" l=0x10
; a comment
[web]
web[01:02]  # another
w:2222
[web:vars]
va=False
vb=[1,2]
vc="quoted"
vd=5
ve = spaced value here
vf=None
vg={{ vd }}
[top:children]
web
`

test('INI', () => {
  const inventory = load({ hosts: INI })
  expect(inventory.hosts).toEqual(['mail.x', 'web01', 'web02', 'w'])
  expect(inventory.groupsOf('w')).toEqual(['top', 'web'])
  expect(varsOf(inventory, 'mail.x')).toEqual({
    ansible_port: 22,
    a: 'FALSE',
    b: false,
    c: [1, 2],
    d: 'x y',
    e: '0644',
    f: 1.5,
    g: 'abc',
    h: { q: 1 },
    i: null,
    j: 'yes',
    k: 1,
    l: 16,
  })
  const vars = { va: false, vb: [1, 2], vc: 'quoted', vd: 5, ve: 'spaced value here', vf: null }
  expect(varsOf(inventory, 'w')).toMatchObject({ ...vars, ansible_port: 2222 })
  expect(inventory.varsOf('w').get('vg')?.value).toBeInstanceOf(TemplateText)
})

describe('scripts', () => {
  const groups = '{"web": {"hosts": ["a", "b"], "vars": {"v": 1}}, "db": ["c"]'

  test('with _meta are asked once', () => {
    const script = `#!/bin/sh\n[ "$1" = --list ] || exit 9\ncat <<'E'\n${groups}, "_meta": {"hostvars": {"a": {"x": "{{ v }}"}}}}\nE\n`
    const inventory = load({ 'hosts.sh': script })
    expect(inventory.hosts).toEqual(['a', 'b', 'c'])
    expect(inventory.varsOf('a').get('x')?.value).toBeInstanceOf(TemplateText)
    expect(inventory.varsOf('a').get('v')?.value).toBe(1)
  })

  test('without _meta are asked for each host', () => {
    const script = `#!/bin/sh\nif [ "$1" = --host ]; then echo "{\\"name\\": \\"$2\\"}"; else echo '${groups}}'; fi\n`
    const inventory = load({ 'hosts.sh': script })
    expect(varsOf(inventory, 'c')).toEqual({ name: 'c' })
  })

  test.each([
    { case: 'fails', script: '#!/bin/sh\nexit 3\n', error: 'ended with code 3 [E_INVENTORY]' },
    { case: 'prints something else', script: '#!/bin/sh\necho "{"\n', error: 'did not print JSON' },
  ])('one that $case', ({ script, error }) => {
    expect(errorOf(() => load({ 'hosts.sh': script }))).toContain(error)
  })
})

describe('several sources', () => {
  const files = {
    'a/one.yml': 'web: {hosts: {h: {x: 1, y: 1}}}',
    'a/two.ini': '[db]\nh x=2\n',
    'a/notes.md': 'not an inventory',
    'a/group_vars/all.yml': 'g: 1',
    'b.yml': 'db: {vars: {y: 3}, hosts: {h: {y: 2}}}',
  }

  test('a directory is all of its files', () => {
    const inventory = load(files, { sources: ['a'] })
    expect(varsOf(inventory, 'h')).toEqual({ g: 1, x: 2, y: 1 })
    expect(inventory.groupsOf('h')).toEqual(['db', 'web'])
  })

  test('a later one wins', () => {
    const inventory = load(files, { sources: ['a', 'b.yml'] })
    expect(varsOf(inventory, 'h')).toEqual({ g: 1, x: 2, y: 2 })
  })

  test('a list of names', () => {
    expect(loadInventory(['a,b:22,']).hosts).toEqual(['a', 'b'])
  })
})

// The weakest first: each sets x over all that stand before it.
const LEVELS: readonly { level: string; files: Readonly<Record<string, string>> }[] = [
  { level: 'all in the inventory', files: {} },
  { level: 'a parent group in the inventory', files: {} },
  { level: 'a group in the inventory', files: {} },
  { level: 'group_vars/all', files: { 'inv/group_vars/all.yml': 'x: group_vars/all' } },
  {
    level: 'playbook group_vars/all',
    files: { 'pb/group_vars/all/main.yml': 'x: playbook group_vars/all' },
  },
  {
    level: 'group_vars of a parent',
    files: { 'inv/group_vars/parent': 'x: group_vars of a parent' },
  },
  { level: 'group_vars', files: { 'inv/group_vars/child.yaml': 'x: group_vars' } },
  {
    level: 'playbook group_vars',
    files: { 'pb/group_vars/child.json': '{"x": "playbook group_vars"}' },
  },
  { level: 'a host in the inventory', files: {} },
  { level: 'host_vars', files: { 'inv/host_vars/h.yml': 'x: host_vars' } },
  { level: 'playbook host_vars', files: { 'pb/host_vars/h/a.yml': 'x: playbook host_vars' } },
]

describe('precedence', () => {
  test.each(LEVELS.map(({ level }, index) => ({ level, index })))('$level', ({ level, index }) => {
    const has = (wanted: string): string =>
      LEVELS.findIndex(other => other.level === wanted) <= index ? `x: ${wanted}` : ''
    const inventory = `
all:
  vars: {${has('all in the inventory')}}
  children:
    parent:
      vars: {${has('a parent group in the inventory')}}
      children:
        child:
          vars: {${has('a group in the inventory')}}
          hosts: {h: {${has('a host in the inventory')}}}
`
    const files = LEVELS.slice(0, index + 1).map(({ files: own }) => own)
    const directory = directoryWith(
      Object.assign({ 'inv/hosts.yml': inventory }, ...files) as Record<string, string>,
    )
    const loaded = loadInventory([join(directory, 'inv/hosts.yml')], {
      playbookDirectories: [join(directory, 'pb')],
    })
    expect(loaded.varsOf('h').get('x')?.value).toBe(level)
  })

  test.each([
    { case: 'by name among groups of one depth', priority: '', value: 'b' },
    { case: 'a higher priority first', priority: 'ansible_group_priority: 10', value: 'a' },
  ])('$case', ({ priority, value }) => {
    const inventory = load({
      'hosts.yml': `a: {hosts: {h: }, vars: {x: a, ${priority}}}\nb: {hosts: {h: }, vars: {x: b}}`,
    })
    expect(inventory.varsOf('h').get('x')?.value).toBe(value)
    expect(inventory.varsOf('h').has('ansible_group_priority')).toBe(false)
  })
})

describe('files of variables', () => {
  const hosts = 'all: {hosts: {h: }}'

  test('a directory is read in order, hidden files left out', () => {
    const inventory = load({
      'hosts.yml': hosts,
      'group_vars/all/b.yml': 'x: b',
      'group_vars/all/a.yml': 'x: a\ny: a',
      'group_vars/all/c/d.yml': 'z: d',
      'group_vars/all/.hidden.yml': 'x: hidden',
      'group_vars/all/x.yml~': 'x: backup',
    })
    expect(varsOf(inventory, 'h')).toEqual({ x: 'b', y: 'a', z: 'd' })
  })

  test('a name from a host leads to no file elsewhere', () => {
    const inventory = load({
      'hosts.yml': hosts,
      'kept/h1/evil.yml': 'x: evil',
      'evil.yml': 'x: evil',
    })
    const groups = ['../kept/h1/evil', 'a/../../evil', '..']
    for (const name of ['../evil', '../kept/h1/evil.yml', '..', '.'])
      inventory.addHost(name, groups, new Map())
    for (const host of ['../evil', '../kept/h1/evil.yml', '..', '.'])
      expect(varsOf(inventory, host)).toEqual({})
  })

  test('a file that is encrypted as a whole is opened', () => {
    const vault = new Vault([{ id: 'default', password: 'pw' }])
    const files = { 'hosts.yml': hosts, 'host_vars/h.yml': vault.encrypt('x: 1') }
    expect(varsOf(load(files, { decrypt: vault.decrypt }), 'h')).toEqual({ x: 1 })
    expect(errorOf(() => load(files))).toContain('E_VAULT_PASSWORD')
  })

  test('a second spelling is not read, and that is said', () => {
    const warnings: string[] = []
    load(
      { 'hosts.yml': hosts, 'group_vars/all/a.yml': 'x: 1', 'group_vars/all.yml': 'x: 2' },
      { onWarning: warning => warnings.push(warning.code) },
    )
    expect(warnings).toEqual(['E_VARS_IGNORED'])
  })
})

describe('patterns', () => {
  const warnings: string[] = []
  const inventory = load(
    { 'hosts.yml': SITE },
    { onWarning: warning => warnings.push(formatError(warning)) },
  )

  // What `ansible --list-hosts` 2.14 names, in its order within a part.
  test.each([
    { pattern: 'all', hosts: ['zeta', 'web01', 'web02', 'web03', 'db1'] },
    { pattern: '*', hosts: ['zeta', 'web01', 'web02', 'web03', 'db1'] },
    { pattern: 'web01', hosts: ['web01'] },
    { pattern: 'web', hosts: ['web01', 'web02', 'web03'] },
    { pattern: 'web*', hosts: ['web01', 'web02', 'web03'] },
    { pattern: 'web0?', hosts: ['web01', 'web02', 'web03'] },
    { pattern: 'web0[12]*', hosts: ['web01', 'web02'] },
    { pattern: 'web:db', hosts: ['web01', 'web02', 'web03', 'db1'] },
    { pattern: 'db:web', hosts: ['db1', 'web02', 'web01', 'web03'] },
    { pattern: 'web,db', hosts: ['web01', 'web02', 'web03', 'db1'] },
    { pattern: ' web , db ', hosts: ['web01', 'web02', 'web03', 'db1'] },
    { pattern: 'web:&db', hosts: ['web02'] },
    { pattern: 'web:!db', hosts: ['web01', 'web03'] },
    { pattern: '!db', hosts: ['zeta', 'web01', 'web03'] },
    { pattern: '!web:all', hosts: ['zeta', 'db1'] },
    { pattern: 'all:!web:db', hosts: ['zeta', 'db1'] },
    { pattern: '~web0[12]', hosts: ['web01', 'web02'] },
    { pattern: '~(eu|db)', hosts: ['db1', 'web02', 'web01', 'web03'] },
    { pattern: 'web[0]', hosts: ['web01'] },
    { pattern: 'web[-1]', hosts: ['web03'] },
    { pattern: 'web[0:1]', hosts: ['web01', 'web02'] },
    { pattern: 'web[1:]', hosts: ['web02', 'web03'] },
    { pattern: 'web[9]', hosts: [] },
    { pattern: 'db:web[0]', hosts: ['db1', 'web02', 'web01'] },
    { pattern: 'localhost', hosts: ['localhost'] },
    { pattern: '127.0.0.1', hosts: ['127.0.0.1'] },
  ])('$pattern', ({ pattern, hosts }) => {
    expect(inventory.match(pattern)).toEqual(hosts)
    expect(warnings).toEqual([])
  })

  test('a name that is not known is a warning with the nearest one', () => {
    expect(inventory.match('zeta:wbe')).toEqual(['zeta'])
    expect(warnings).toEqual([
      'no host or group is called "wbe" [E_NO_HOSTS]\n  hint: did you mean "web"?',
    ])
  })

  test('a regular expression that is none', () => {
    expect(errorOf(() => inventory.match('~('))).toContain('[E_PATTERN]')
  })
})

describe('limit', () => {
  test.each([
    { limit: 'web', pattern: 'all', hosts: ['web01', 'web02', 'web03'] },
    { limit: 'web02', pattern: 'db', hosts: ['web02'] },
    { limit: 'all:!web', pattern: 'all', hosts: ['zeta', 'db1'] },
    { limit: 'web01,db1', pattern: 'all', hosts: ['web01', 'db1'] },
  ])('$limit', ({ limit, pattern, hosts }) => {
    const inventory = load({ 'hosts.yml': SITE }, { limit })
    expect(inventory.match(pattern)).toEqual(hosts)
    expect(inventory.hosts).toHaveLength(5)
  })

  test('from a file', () => {
    const list = join(directoryWith({ 'retry.txt': '# failed\nweb01\n\ndb1\n' }), 'retry.txt')
    const inventory = load({ 'hosts.yml': SITE }, { limit: `@${list}` })
    expect(inventory.match('all')).toEqual(['web01', 'db1'])
  })

  test('that names nothing is an error', () => {
    expect(errorOf(() => load({ 'hosts.yml': SITE }, { limit: 'wbe01' }))).toBe(
      '--limit "wbe01" leaves no host [E_NO_HOSTS]\n  hint: did you mean "web01"?',
    )
  })
})

describe('localhost', () => {
  test('exists without being named, and sees the variables of all', () => {
    const inventory = load({ 'hosts.yml': SITE })
    expect(inventory.hosts).not.toContain('localhost')
    expect(varsOf(inventory, 'localhost')).toEqual({ ansible_connection: 'local', n: 5 })
    expect(inventory.groupsOf('localhost')).toEqual([])
    expect(inventory.sourceOf('localhost')).toBeUndefined()
  })

  test('that is named is a host like any other', () => {
    const inventory = load({ 'hosts.yml': 'all: {hosts: {localhost: }}' })
    expect(varsOf(inventory, 'localhost')).toEqual({})
  })
})

test('hosts are added while a play runs', () => {
  const inventory = load({ 'hosts.yml': SITE })
  expect(inventory.match('new')).toEqual([])
  inventory.addHost('new1', ['new', 'web'], new Map([['v', 1]]))
  expect(inventory.match('new')).toEqual(['new1'])
  expect(varsOf(inventory, 'new1')).toEqual({ n: 5, a: 1, v: 1 })
  expect(inventory.groupsOf('new1')).toEqual(['eu', 'new', 'web'])
  inventory.addHost('new1', ['newer'], new Map())
  expect(inventory.groupsOf('new1')).toEqual(['eu', 'new', 'newer', 'web'])
})

describe('mistakes', () => {
  test.each([
    {
      case: 'a list',
      file: '- web1',
      error:
        'hosts.yml:1:1: an inventory must be a dictionary, not a list [E_INVENTORY]\n  hint: write names',
    },
    {
      case: 'hosts as a list',
      file: 'web: {hosts: [a]}',
      error: 'hosts.yml:1:14: "hosts" of "web" must be a dictionary',
    },
    {
      case: 'a host without hosts',
      file: 'web: {web1: }',
      error:
        'hosts.yml:1:7: the group "web" cannot have "web1" [E_INVENTORY]\n  hint: a group has hosts, children, vars',
    },
    {
      case: 'a group in itself',
      file: 'a: {children: {a: }}',
      error: 'hosts.yml:1:16: the group "a" would contain itself: a → a [E_GROUP_CYCLE]',
    },
    {
      case: 'a circle of groups',
      file: 'a: {children: {b: }}\nb: {children: {c: }}\nc: {children: {a: }}',
      error: 'hosts.yml:3:16: the group "a" would contain itself: a → b → c → a',
    },
    {
      case: 'a range downwards',
      file: 'all: {hosts: {"web[3:1]": }}',
      error: 'hosts.yml:1:15: "[3:1]" is not a range of hosts',
    },
    {
      case: 'a range of two widths',
      file: 'all: {hosts: {"web[01:100]": }}',
      error: '"[01:100]" is not a range',
    },
    {
      case: 'a priority that is none',
      file: 'a: {vars: {ansible_group_priority: high}}',
      error: 'ansible_group_priority is not an integer',
    },
    {
      case: 'a plugin',
      file: 'plugin: aws_ec2',
      error: 'hosts.yml:1:1: inventory plugins are not supported',
    },
    { case: 'YAML', file: 'a: b: c', error: '[E_YAML]' },
  ])('$case', ({ file, error }) => {
    expect(errorOf(() => load({ 'hosts.yml': file }))).toContain(error)
  })

  test.each([
    {
      case: 'an unknown section',
      file: '[a:hsots]\n',
      error: 'hosts.ini:1:1: [a:hsots] is not a section',
    },
    {
      case: 'a variable without a value',
      file: '[a]\nh x\n',
      error: 'hosts.ini:2:3: "x" behind a host must be "name=value"',
    },
    {
      case: 'a :vars line without a value',
      file: '[a:vars]\nx\n',
      error: 'hosts.ini:2:1: a line of a :vars section',
    },
    { case: 'an open quote', file: 'h x="a\n', error: 'hosts.ini:1:3: a quote is opened' },
  ])('INI: $case', ({ file, error }) => {
    expect(errorOf(() => load({ 'hosts.ini': file }))).toContain(error)
  })

  test('a file that is missing', () => {
    expect(errorOf(() => loadInventory(['/none/hosts.yml']))).toContain('[E_FILE_MISSING]')
  })

  test('a file of variables that is a list', () => {
    const files = { 'hosts.yml': 'all: {hosts: {h: }}', 'group_vars/all.yml': '- 1' }
    expect(errorOf(() => load(files))).toContain('all.yml:1:1: a file of variables must be')
  })

  test('a host and a group of one name', () => {
    const warnings: string[] = []
    load({ 'hosts.yml': 'web: {hosts: {web: }}' }, { onWarning: w => warnings.push(w.code) })
    expect(warnings).toEqual(['E_SAME_NAME'])
  })
})
