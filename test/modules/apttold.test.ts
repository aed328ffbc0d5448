import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sh } from '../../src/core/shell.ts'
import { stepsTold, telling } from '../../src/modules/apt/told.ts'

/** A machine whose dpkg has these packages before and after; each `NAME ARCHITECTURE VERSION STATE`. */
const between = (before: readonly string[], after: readonly string[]): string => {
  const at = mkdtempSync(join(tmpdir(), 'told-'))
  const bin = join(at, 'bin')
  mkdirSync(bin)
  const program = (name: string, script: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  writeFileSync(join(at, 'now'), before.map(line => `${line}\n`).join(''))
  writeFileSync(join(at, 'then'), after.map(line => `${line}\n`).join(''))
  program('dpkg', 'echo amd64')
  program('dpkg-query', `cat ${join(at, 'now')}`)
  const work = sh`echo 'Inst of-apt-itself (1)'; mv ${join(at, 'then')} ${join(at, 'now')}`
  return execFileSync('sh', ['-c', telling(work).text], {
    encoding: 'utf8',
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
  })
}

const steps = (stdout: string): unknown =>
  stepsTold({
    code: 0,
    stdout: Buffer.from(stdout),
    stderr: Buffer.alloc(0),
    ms: 0,
    timedOut: false,
  })

test.each([
  {
    case: 'installed, also what was removed before and left its configuration',
    before: ['old amd64 1 config-files', 'stays all 1 installed'],
    after: ['new all 2 installed', 'old amd64 3 installed', 'stays all 1 installed'],
    told: [
      { name: 'new', before: null, after: '2' },
      { name: 'old', before: null, after: '3' },
    ],
  },
  {
    case: 'upgraded, of another architecture too',
    before: ['a amd64 1 installed', 'a i386 1 installed'],
    after: ['a amd64 1:2-3 installed', 'a i386 1:2-3 installed'],
    told: [
      { name: 'a', before: '1', after: '1:2-3' },
      { name: 'a:i386', before: '1', after: '1:2-3' },
    ],
  },
  {
    case: 'removed, or purged',
    before: ['a amd64 1 installed', 'b amd64 1 installed'],
    after: ['a amd64 1 config-files'],
    told: [
      { name: 'a', before: '1', after: null },
      { name: 'b', before: '1', after: null },
    ],
  },
  {
    case: 'configured',
    before: ['a amd64 1 unpacked'],
    after: ['a amd64 1 installed'],
    told: [{ name: 'a', before: '1', after: '1' }],
  },
  { case: 'nothing', before: ['a amd64 1 installed'], after: ['a amd64 1 installed'], told: [] },
])('dpkg tells what was $case', ({ before, after, told }) => {
  const found = steps(between(before, after)) as { name: string }[]
  expect(found.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(told)
})

test('what fails says so, and tells nothing', () => {
  const run = () =>
    execFileSync('sh', ['-c', telling(sh`echo out; (exit 7)`).text], { stdio: 'pipe' })
  expect(run).toThrow(expect.objectContaining({ status: 7 }) as Error)
})
