import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { evaluate } from '../../../src/probes/maintainer/condition.ts'
import { HOLE, type Setting } from '../../../src/probes/maintainer/happening.ts'
import { compareVersions } from '../../../src/probes/maintainer/version.ts'

const unknown: Setting = {
  at: () => undefined,
  executable: () => undefined,
  program: () => undefined,
  account: () => undefined,
  group: () => undefined,
  overridden: () => false,
}

/** This machine, as far as the table asks about it. */
const here: Setting = {
  ...unknown,
  at: path => (path === '/etc/passwd' ? 'f' : path === '/etc' ? 'd' : ''),
  executable: path => path === '/etc',
}

test.each([
  ['-z', ''],
  ['-n', 'a'],
  ['a', '=', 'a'],
  ['a', '!=', 'a'],
  ['!', 'a', '=', 'b'],
  ['3', '-lt', '10'],
  ['-e', '/etc/passwd'],
  ['-f', '/etc'],
  ['-d', '/etc'],
  ['-x', '/etc'],
  ['!', '-e', '/nowhere/at/all'],
  ['-e', '/nowhere/at/all', '-o', '-d', '/etc'],
  ['-e', '/nowhere/at/all', '-a', '-d', '/etc'],
  [''],
  ['x'],
  ['-z'],
  ['-f', ''],
])('%j is what the shell says', (...words) => {
  const { status } = spawnSync('sh', ['-c', '[ "$@" ]', 'sh', ...words])
  expect(evaluate(words, here)).toBe(status === 0)
})

test.each([
  { words: ['-e', '/etc/passwd'], is: undefined },
  { words: ['-n', HOLE], is: undefined },
  { words: ['-n', `a${HOLE}`], is: true },
  { words: [HOLE, '=', 'a'], is: undefined },
  { words: ['-e', '/x', '-o', 'a', '=', 'a'], is: true },
  { words: ['-e', '/x', '-a', 'a', '=', 'b'], is: false },
])('$words of what is not known is $is', ({ words, is }) => {
  expect(evaluate(words, unknown)).toBe(is)
})

const VERSIONS = ['', '1.0-1', '1.0-1~', '1:0.5', '1.10', '1.9', '1.9+b1']
const OPERATORS = ['lt', 'ge', 'lt-nl', '=']
const onDebian = existsSync('/usr/bin/dpkg') ? test : test.skip

onDebian('versions compare as dpkg compares them', () => {
  const pairs = VERSIONS.flatMap(a => VERSIONS.map(b => [a, b] as const))
  const script = pairs.flatMap(([a, b]) =>
    OPERATORS.map(o => `dpkg --compare-versions '${a}' '${o}' '${b}'; printf '%s ' $?`),
  )
  const { stdout } = spawnSync('sh', ['-c', script.join('\n')], { encoding: 'utf8' })
  const said = stdout.trim().split(' ')
  const ours = pairs.flatMap(([a, b]) => OPERATORS.map(o => [a, o, b, compareVersions(a, o, b)]))
  expect(ours.map(([, , , truth]) => (truth === true ? '0' : '1'))).toEqual(said)
})
