import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, chmodSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Probe } from '../../../src/core/probe.ts'
import { transaction } from '../../../src/probes/apt.ts'
import { brings, type Brings } from '../../../src/probes/apt/brings.ts'
import {
  withPending,
  worldBecomes,
  type AptWorld,
  type Pending,
} from '../../../src/probes/apt/world.ts'
import { ask, SHELLS } from '../shells.ts'
import { CAN_BUILD, Repository } from './repository.ts'

const onDebian = CAN_BUILD ? test : test.skip
const [dash] = SHELLS
const repository = new Repository()
const directory = mkdtempSync(join(tmpdir(), '.provision.'))
let debFile = ''

const CONFIG = 'colour = blue\n'
const POSTINST = '#!/bin/sh\nset -e\ntouch /var/lib/provtest/state\n'
const UNIT = '[Service]\nExecStart=/usr/bin/provtest\n[Install]\nWantedBy=multi-user.target\n'

beforeAll(() => {
  if (!CAN_BUILD) return
  repository.add({
    name: 'provtest-lib',
    version: '1:2.0+b~1',
    files: { 'usr/share/provtest/data': 'data\n' },
  })
  repository.add({
    name: 'provtest',
    version: '1.0-1',
    fields: 'Depends: provtest-lib (>= 1:2)\nProvides: provtest-virtual\n',
    files: {
      'usr/bin/provtest': '#!/bin/sh\n',
      'usr/share/provtest/two words -> odd': 'x',
      'usr/share/provtest/odd \\ name': 'x',
      'usr/share/provtest/umlaut-ä': 'x',
      'usr/share/provtest/link': '-> ../data',
      'etc/provtest/a.conf': CONFIG,
      'usr/lib/systemd/system/provtest.service': UNIT,
      'var/lib/provtest/': '',
    },
    modes: { 'usr/bin/provtest': 0o4755, 'var/lib/provtest': 0o1777 },
    control: { conffiles: '/etc/provtest/a.conf\n', postinst: POSTINST },
  })
  debFile = repository.add({
    name: 'provtest-file',
    version: '3',
    fields: 'Depends: provtest\n',
    files: { 'etc/provtest-file': 'f\n' },
  })
  unlinkSync(debFile)
  repository.publish()
  debFile = repository.add({
    name: 'provtest-file',
    version: '3',
    fields: 'Depends: provtest\n',
    files: { 'etc/provtest-file': 'f\n' },
  })
})

afterAll(() => {
  repository.remove()
  rmSync(directory, { recursive: true, force: true })
})

/** Everything that apt and dpkg keep, with times and sizes. */
const kept = (): string =>
  spawnSync(
    'find',
    [
      '/var/lib/apt',
      '/var/cache/apt',
      '/var/log/apt',
      '/var/lib/dpkg',
      '/etc/apt',
      '-printf',
      '%p %s %T@ %m %i\n',
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  ).stdout

const fetched = (world: AptWorld): AptWorld => ({ ...world, fetched: true })

const inWorld = <A>(probe: Probe<A>, ...pending: readonly Pending[]): Probe<A> =>
  [worldBecomes(fetched), worldBecomes(withPending(pending))].reduce(
    (asked, effect) => (effect.kind === 'asks' ? (effect.instead(asked) as Probe<A>) : asked),
    probe,
  )

const answer = <A>(probe: Probe<A>): A => {
  if (dash === undefined) throw new Error('no shell')
  const [found] = ask([probe], dash, undefined, { environment: repository.environment, directory })
  if (found?.kind !== 'answer') throw new Error(JSON.stringify(found))
  return found.value
}

const read = (
  words: readonly string[],
  ...pending: readonly Pending[]
): Brings & { kind: 'read' } => {
  const found = answer(inWorld(brings({ words: ['-y', ...words] }), ...pending))
  if (found.kind !== 'read') throw new Error(JSON.stringify(found))
  return found
}

const coming = (name: string, version: string | null, more: Partial<Pending> = {}): Pending => ({
  name,
  version,
  auto: false,
  kept: false,
  file: '',
  ...more,
})

const LIB = coming('provtest-lib', '1:2.0+b~1', { auto: true })

onDebian(
  'a package of a local archive is read with all that comes along, and nothing is written',
  () => {
    const before = kept()
    const { steps, archives } = read(['install', '--', 'provtest'])
    expect(steps).toEqual([
      { name: 'provtest-lib', before: null, after: '1:2.0+b~1' },
      { name: 'provtest', before: null, after: '1.0-1' },
    ])
    const archive = archives.find(({ name }) => name === 'provtest')
    expect(archive).toMatchObject({ version: '1.0-1', architecture: 'all' })
    expect(archive?.control.get('postinst')).toBe(POSTINST)
    expect(archive?.control.get('conffiles')).toBe('/etc/provtest/a.conf\n')
    const members = new Map(archive?.members.map(member => [member.path, member]))
    expect(
      [...members.keys()].filter(path => path.startsWith('/usr/share/provtest/')).sort(),
    ).toEqual([
      '/usr/share/provtest/link',
      '/usr/share/provtest/odd \\ name',
      '/usr/share/provtest/two words -> odd',
      '/usr/share/provtest/umlaut-ä',
    ])
    expect(members.get('/usr/bin/provtest')).toMatchObject({
      kind: 'file',
      mode: '4755',
      owner: 'root',
      size: 10,
      bytes: undefined,
    })
    expect(members.get('/usr/share/provtest/link')).toMatchObject({
      kind: 'link',
      target: '../data',
    })
    expect(members.get('/var/lib/provtest')).toMatchObject({ kind: 'directory', mode: '1777' })
    expect(members.get('/etc/provtest/a.conf')?.bytes?.toString()).toBe(CONFIG)
    expect(members.get('/usr/lib/systemd/system/provtest.service')?.bytes?.toString()).toBe(UNIT)
    expect(kept()).toBe(before)
  },
)

onDebian('what earlier tasks would have installed is there, and need not come again', () => {
  expect(read(['install', '--', 'provtest'], LIB).steps.map(({ name }) => name)).toEqual([
    'provtest',
  ])
  const both = [LIB, coming('provtest', '1.0-1')]
  expect(read(['install', '--', 'provtest'], ...both).steps).toEqual([])
  expect(read(['remove', '--', 'provtest'], ...both).steps).toEqual([
    { name: 'provtest', before: '1.0-1', after: null },
  ])
  expect(read(['--auto-remove', 'purge', '--', 'provtest'], ...both).steps).toHaveLength(2)
})

onDebian('what earlier tasks would have removed is gone', () => {
  const probe = inWorld(
    transaction({ words: ['-y', 'install', '--', 'dpkg'] }),
    coming('dpkg', null),
  )
  expect(answer(probe)).toMatchObject({ kind: 'impossible' })
  expect(answer(inWorld(transaction({ words: ['-y', 'install', '--', 'dpkg'] })))).toEqual({
    kind: 'possible',
    steps: [],
  })
})

onDebian('a file is installed with what it needs from the archive, and stays where it is', () => {
  const { steps, archives } = read(['install', '--', debFile])
  expect(steps.map(({ name }) => name)).toEqual(['provtest-lib', 'provtest', 'provtest-file'])
  expect(archives.map(({ name }) => name).sort()).toEqual([
    'provtest',
    'provtest-file',
    'provtest-lib',
  ])
  expect(readdirSync(repository.at('pool'))).toHaveLength(3)
  const file = coming('provtest-file', '3', { file: debFile })
  const all = [LIB, coming('provtest', '1.0-1'), file]
  expect(read(['remove', '--', 'provtest-lib'], ...all).steps).toHaveLength(3)
})

onDebian('apt chooses a package for a name that is none', () => {
  const { steps, chosen } = read(['install', '--', 'provtest-virtual'], LIB)
  expect(steps.map(({ name }) => name)).toEqual(['provtest'])
  expect([...chosen]).toEqual([['provtest-virtual', 'provtest']])
})

onDebian('a package that does not exist is refused, in words of apt', () => {
  const found = answer(inWorld(brings({ words: ['-y', 'install', '--', 'provtest-none'] })))
  expect(found).toMatchObject({ kind: 'impossible' })
  expect('message' in found && found.message).toContain('provtest-none')
})

onDebian('an archive that is gone leaves what it brings unread, with the reason', () => {
  rmSync(repository.at('pool'), { recursive: true })
  const found = answer(inWorld(brings({ words: ['-y', 'install', '--', 'provtest'] })))
  expect(found).toMatchObject({ kind: 'unread' })
  expect('steps' in found && found.steps).toHaveLength(2)
})

onDebian('lists that cannot be fetched leave everything unread, with the reason', () => {
  const empty = mkdtempSync(join(tmpdir(), '.provision.'))
  chmodSync(empty, 0o700)
  rmSync(repository.at('Packages'))
  try {
    if (dash === undefined) return
    const place = { environment: repository.environment, directory: empty }
    const probe = inWorld(brings({ words: ['-y', 'install', '--', 'provtest'] }))
    expect(ask([probe], dash, undefined, place)).toMatchObject([
      { kind: 'answer', value: { kind: 'unread', steps: undefined } },
    ])
  } finally {
    rmSync(empty, { recursive: true, force: true })
  }
})
