import type { Output } from '../../src/core/wire.ts'
import { transaction, type Transaction } from '../../src/probes/apt.ts'
import { installedPackage } from '../../src/probes/package.ts'
import { ask, SHELLS } from './shells.ts'

const output = (fields: readonly string[], code = 0): Output => ({
  code,
  stdout: Buffer.from(fields.map(field => `${field}\0`).join('')),
  stderr: Buffer.from('dpkg-query: exit code 2'),
  ms: 0,
  timedOut: false,
})

const KNOWN = [
  'nginx\tamd64\tinstall\tinstalled\t1.22-9',
  'libc6\ti386\tinstall\tinstalled\t2.36',
  'libc6\tamd64\thold\tinstalled\t2.37',
  'tzdata\tall\tinstall\ttriggers-pending\t2026a',
  'exim4\tamd64\tdeinstall\tconfig-files\t4.96',
  'apache2\tamd64\tinstall\thalf-configured\t2.4',
  'old\tamd64\tunknown\tnot-installed\t',
].join('\n')
const PROVIDED = [
  'installed\tpostfix\tdefault-mta, mail-transport-agent (= 1)',
  'config-files\texim4\tmail-transport-agent',
  'installed\tmawk\tawk',
].join('\n')

const read = (name: string) => {
  const { kind, question } = installedPackage(name)
  return kind.read(output(['amd64', KNOWN, PROVIDED]), [question])[0]
}

test.each([
  { name: 'nginx', is: { version: '1.22-9', state: 'installed', held: false } },
  { name: 'libc6', is: { version: '2.37', held: true } },
  { name: 'libc6:i386', is: { version: '2.36', held: false } },
  { name: 'tzdata', is: { state: 'installed' } },
  { name: 'exim4', is: { state: 'config-files' } },
  { name: 'apache2', is: { state: 'broken' } },
  { name: 'mail-transport-agent', is: { version: '', providers: ['postfix'] } },
])('$name is known', ({ name, is }) => {
  expect(read(name)).toMatchObject({ kind: 'answer', value: is })
})

test.each(['curl', 'old', 'nginx:i386'])('%s is absent', name => {
  expect(read(name)).toEqual({ kind: 'absent' })
})

test('a query that failed says nothing about any name', () => {
  const probes = ['nginx', 'curl'].map(installedPackage)
  const kind = probes[0]?.kind
  expect(kind?.read(output(['amd64', KNOWN, ''], 3), ['nginx', 'curl'])).toMatchObject([
    { kind: 'error' },
    { kind: 'error' },
  ])
})

const [dash] = SHELLS
const isDebian = dash !== undefined && ask([installedPackage('dpkg')], dash)[0]?.kind === 'answer'
const onDebian = isDebian ? test : test.skip

onDebian('asks this machine', () => {
  if (dash === undefined) return
  const names = ['dpkg', 'no-such-package', 'awk', 'libc6:i386']
  const [dpkg, none, awk, foreign] = ask(names.map(installedPackage), dash)
  expect(dpkg).toMatchObject({ kind: 'answer', value: { state: 'installed' } })
  expect(none).toEqual({ kind: 'absent' })
  expect(awk).toMatchObject({ kind: 'answer', value: { version: '' } })
  expect(foreign).toEqual({ kind: 'absent' })
})

const simulated = (code: number, text: string, interrupted = '0'): Transaction => {
  const { kind, question } = transaction({ words: ['install'] })
  const [found] = kind.read(output(['here', interrupted, String(code), text]), [question])
  if (found?.kind !== 'answer') throw new Error('no answer')
  return found.value
}

test.each([
  {
    case: 'installs, upgrades, removes and configures',
    text: [
      'NOTE: This is only a simulation!',
      'Remv apache2 [2.4-1]',
      'Purg exim4 [4.96]',
      'Inst libx (1:2.0-1 Debian:12/stable [amd64])',
      'Inst nginx [1.22-8] (1.22-9 Debian:12.1/stable, Debian-Security:12 [amd64]) []',
      'Inst libc6:i386 (2.36 Debian:12/stable [i386])',
      'Conf libx (1:2.0-1 Debian:12/stable [amd64])',
      'Conf half (3 Debian:12/stable [amd64])',
    ].join('\n'),
    steps: [
      { name: 'apache2', before: '2.4-1', after: null },
      { name: 'exim4', before: '4.96', after: null },
      { name: 'libx', before: null, after: '1:2.0-1' },
      { name: 'nginx', before: '1.22-8', after: '1.22-9' },
      { name: 'libc6:i386', before: null, after: '2.36' },
      { name: 'half', before: '3', after: '3' },
    ],
  },
  { case: 'has nothing to do', text: 'Reading package lists...', steps: [] },
])('apt $case', ({ text, steps }) => {
  expect(simulated(0, text)).toEqual({ kind: 'possible', steps })
})

test('apt refuses', () => {
  expect(simulated(100, 'Reading package lists...\nE: Unable to locate package x')).toEqual({
    kind: 'impossible',
    message: 'Unable to locate package x',
  })
  expect(simulated(0, '', '1')).toEqual({ kind: 'interrupted' })
})
