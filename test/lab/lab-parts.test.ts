import { archives } from '../../src/lab/apt.ts'
import { requireMachine, type Machine } from '../../src/lab/machine.ts'
import { addressesOf, checkName } from '../../src/lab/place.ts'
import { assignHosts, parseWanted, type Wanted } from '../../src/lab/plan.ts'
import { sourcesOf } from '../../src/lab/recipe.ts'

const able: Machine = { platform: 'linux', root: true, missing: [], cgroups: '/groups' }

test('a machine that can run a lab', async () => {
  expect(await requireMachine(able)).toEqual({ cgroups: '/groups' })
})

test.each<{ case: string; machine: Partial<Machine>; says: string; hint: string }>([
  {
    case: 'not Linux',
    machine: { platform: 'darwin' },
    says: 'it needs Linux, this is darwin',
    hint: 'virtual machines do as well',
  },
  {
    case: 'not root',
    machine: { root: false },
    says: 'it needs root',
    hint: 'virtual machines do as well',
  },
  {
    case: 'programs missing',
    machine: { missing: ['ip', 'mmdebstrap'] },
    says: 'this machine lacks ip, mmdebstrap',
    hint: 'on Debian, apt-get install iproute2 mmdebstrap; ',
  },
  {
    case: 'only old control groups',
    machine: { cgroups: undefined },
    says: 'control groups version 2 are not mounted',
    hint: 'virtual machines do as well',
  },
])('a machine that cannot: $case', async ({ machine, says, hint }) => {
  const error = requireMachine({ ...able, ...machine })
  await expect(error).rejects.toMatchObject({
    code: 'E_LAB_UNSUPPORTED',
    message: expect.stringContaining(says) as string,
    hint: expect.stringContaining(hint) as string,
  })
})

test.each<{ name: string; wanted: Wanted; code: string }>([
  { name: 'a name with a capital', wanted: { hosts: ['Web'] }, code: 'E_LAB_NAME' },
  { name: 'a name that is an option', wanted: { hosts: ['-x'] }, code: 'E_LAB_NAME' },
  { name: 'a path', wanted: { hosts: ['../x'] }, code: 'E_LAB_NAME' },
  { name: 'a name twice', wanted: { hosts: ['a', { name: 'a' }] }, code: 'E_LAB_NAME' },
  { name: 'an unknown image', wanted: { hosts: ['a'], image: 'alpine' }, code: 'E_LAB_IMAGE' },
])('words that are refused: $name', ({ wanted, code }) => {
  expect(() => parseWanted(wanted)).toThrow(expect.objectContaining({ code }) as Error)
})

test('the name of a lab is checked like that of a host', () => {
  expect(checkName('lab', 'my-lab2')).toBe('my-lab2')
  expect(() => checkName('lab', 'a b')).toThrow('"a b" cannot be the name of a lab')
})

test.each([
  { index: 0, address: '10.77.0.11', address6: 'fd77::11' },
  { index: 12, address: '10.77.12.11', address6: 'fd77:0:0:12::11' },
])('addresses in lab $index', ({ index, ...addresses }) => {
  expect(addressesOf({ index }, 11)).toEqual(addresses)
})

describe('assigning addresses', () => {
  const lab = { index: 3 }
  const web = { name: 'web', image: 'debian-13', number: 12 } as const

  test('new hosts get the first free ones, known hosts keep theirs', () => {
    const specs = parseWanted({ hosts: ['a', 'web', 'b'] })
    expect(assignHosts(specs, [web], lab)).toEqual([
      { name: 'a', image: 'debian-sid', number: 11 },
      web,
      { name: 'b', image: 'debian-sid', number: 13 },
    ])
  })

  test('a chosen address is kept free for its host', () => {
    const specs = parseWanted({ hosts: ['a', { name: 'b', address: '10.77.3.11' }] })
    expect(assignHosts(specs, [], lab).map(({ number }) => number)).toEqual([12, 11])
  })

  test.each([
    { case: 'another network', spec: { name: 'a', address: '10.77.4.11' }, code: 'E_LAB_ADDRESS' },
    { case: 'the gateway', spec: { name: 'a', address: '10.77.3.1' }, code: 'E_LAB_ADDRESS' },
    { case: 'no address at all', spec: { name: 'a', address: 'lb' }, code: 'E_LAB_ADDRESS' },
    { case: "another host's", spec: { name: 'a', address: '10.77.3.12' }, code: 'E_LAB_ADDRESS' },
    { case: 'a second one', spec: { name: 'web', address: '10.77.3.9' }, code: 'E_LAB_OTHER' },
    { case: 'another image', spec: { name: 'web', image: 'debian-12' }, code: 'E_LAB_OTHER' },
  ] as const)('refused: $case', ({ spec, code }) => {
    const assign = () => assignHosts(parseWanted({ hosts: [spec] }), [web], lab)
    expect(assign).toThrow(expect.objectContaining({ code }) as Error)
  })
})

describe("the machine's package sources", () => {
  const source = { uri: 'https://mirror.test/debian/', release: 'bookworm', component: 'main' }
  const security = { ...source, uri: 'http://mirror.test/security/', release: 'bookworm-security' }
  const debian = [
    { ...source, uri: 'https://other.test/', component: 'stable', label: 'Docker' },
    { ...security, label: 'Debian-Security' },
    { ...source, label: 'Debian' },
  ]

  test('the archives are told apart from those of others', () => {
    expect(archives(debian)).toEqual({ archive: source.uri, security: security.uri })
    expect(archives([{ ...source, label: 'Ubuntu' }])).toEqual({})
  })

  test('apt that has no lists yet does not know labels', () => {
    expect(archives([{ ...source, label: '$(LABEL)' }])).toEqual({ archive: source.uri })
  })

  test('hosts ask in the clear, so that their downloads can be kept', () => {
    const apt = { ...archives(debian), options: [], secure: [] }
    expect(sourcesOf('trixie', apt)).toEqual([
      'deb http://mirror.test/debian/ trixie main',
      'deb http://mirror.test/debian/ trixie-updates main',
      'deb http://mirror.test/security/ trixie-security main',
    ])
    expect(sourcesOf('sid', apt)).toEqual(['deb http://mirror.test/debian/ sid main'])
  })
})
