import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { path } from '../../src/probes/path.ts'
import { ask, SHELLS } from './shells.ts'

const root = mkdtempSync(join(tmpdir(), 'path-'))
const at = (name: string): string => join(root, name)
const ODD = [
  'with space',
  'new\nline',
  'end\n',
  '-dash',
  'ünï',
  "quo'te",
  '$(x)`y`',
  '*',
  '[a]',
  '\\back',
  '"',
  '~',
]

beforeAll(() => {
  chmodSync(root, 0o755)
  writeFileSync(at('file'), 'twelve bytes')
  chmodSync(at('file'), 0o4755)
  mkdirSync(at('directory'))
  symlinkSync('file', at('link'))
  symlinkSync('nowhere\n', at('dangling'))
  execFileSync('mkfifo', [at('fifo')])
  for (const name of ODD) writeFileSync(at(name), name)
  writeFileSync(at('of nobody'), '')
  chownSync(at('of nobody'), 54321, 54322)
  mkdirSync(at('closed'))
  writeFileSync(at('closed/file'), '')
  chmodSync(at('closed'), 0o700)
})
afterAll(() => {
  rmSync(root, { recursive: true, force: true })
})

describe.each(SHELLS)('path in $name', shell => {
  const one = (name: string, user?: string) => ask([path(name)], shell, user)[0]

  test.each([
    {
      case: 'a file',
      name: 'file',
      value: { kind: 'file', mode: '4755', owner: 'root', uid: 0, size: 12 },
    },
    { case: 'a directory', name: 'directory', value: { kind: 'directory' } },
    { case: 'a link, not followed', name: 'link', value: { kind: 'link', target: 'file' } },
    {
      case: 'a dangling link with a newline',
      name: 'dangling',
      value: { kind: 'link', target: 'nowhere\n' },
    },
    { case: 'a fifo', name: 'fifo', value: { kind: 'other', special: 'fifo' } },
    {
      case: 'ids without a name',
      name: 'of nobody',
      value: { owner: '54321', uid: 54321, group: '54322' },
    },
  ])('answers $case', ({ name, value }) => {
    expect(one(at(name))).toMatchObject({ kind: 'answer', value })
  })

  test.each([
    { case: 'nothing in a directory', name: 'nothing' },
    { case: 'nothing below nothing', name: 'no/such/parent' },
    { case: 'below a file', name: 'file/below' },
    { case: 'a name of which another begins', name: 'fil' },
  ])('proves the absence of $case', ({ name }) => {
    expect(one(at(name))).toEqual({ kind: 'absent' })
  })

  test('asks many in one script and keeps them in order', () => {
    const names = [...ODD, 'nothing', 'link', ...ODD.map(name => `${name}?`)].map(at)
    const answers = ask(names.map(path), shell)
    expect(answers.map(({ kind }) => kind)).toEqual([
      ...ODD.map(() => 'answer'),
      'absent',
      'answer',
      ...ODD.map(() => 'absent'),
    ])
    expect(answers.slice(0, ODD.length)).toMatchObject(
      ODD.map(name => ({ value: { size: Buffer.byteLength(name) } })),
    )
  })

  test('splits more than fits a command line', () => {
    const names = Array.from({ length: 900 }, (_, i) => at(`${'x'.repeat(200)}${i}`))
    expect(new Set(ask([...names, at('file')].map(path), shell).map(({ kind }) => kind))).toEqual(
      new Set(['absent', 'answer']),
    )
  })

  test('does not call absent what it may not see', () => {
    const names = ['closed/file', 'closed/nothing', 'closed', 'nothing'].map(at)
    expect(ask(names.map(path), shell, '65534').map(({ kind }) => kind)).toEqual([
      'error',
      'error',
      'answer',
      'absent',
    ])
  })

  test('survives files that come and go while they are asked for', () => {
    const churn = spawn('sh', [
      '-c',
      `while :; do for i in 1 2 3 4; do : >'${at('churn')}'$i; rm -f '${at('churn')}'$i; done; done`,
    ])
    try {
      for (let i = 0; i < 20; i++) {
        const answers = ask(
          [...[1, 2, 3, 4].map(n => at(`churn${n}`)), at('file')].map(path),
          shell,
        )
        expect(answers).toHaveLength(5)
        expect(answers[4]).toMatchObject({ kind: 'answer', value: { size: 12 } })
      }
    } finally {
      churn.kill('SIGKILL')
    }
  })
})
