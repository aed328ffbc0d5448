import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { content, contentOf, MOST_CONTENT } from '../../src/probes/content.ts'
import { ask, SHELLS } from './shells.ts'

const root = mkdtempSync(join(tmpdir(), 'content-'))
const at = (name: string): string => join(root, name)
const FILES: Readonly<Record<string, Buffer>> = {
  empty: Buffer.alloc(0),
  text: Buffer.from('one\ntwo\n'),
  'no newline': Buffer.from('x'),
  bytes: Buffer.from([0, 255, 10, 0, 13, 10, 0]),
  'new\nline': Buffer.from('odd name'),
  limit: Buffer.alloc(MOST_CONTENT, 'l'),
  over: Buffer.alloc(MOST_CONTENT + 1, 'o'),
}

beforeAll(() => {
  chmodSync(root, 0o755)
  for (const [name, bytes] of Object.entries(FILES)) writeFileSync(at(name), bytes)
  symlinkSync('text', at('link'))
  execFileSync('mkfifo', [at('fifo')])
  writeFileSync(at('secret'), 'secret', { mode: 0o600 })
})
afterAll(() => {
  rmSync(root, { recursive: true, force: true })
})

describe.each(SHELLS)('content in $name', shell => {
  test.each(Object.keys(FILES))('answers %j', name => {
    const bytes = FILES[name] ?? Buffer.alloc(0)
    const [answer] = ask([content(at(name))], shell)
    if (answer?.kind !== 'answer') throw new Error('no answer')
    expect(answer.value.sha256).toBe(contentOf(bytes).sha256)
    expect(answer.value.size).toBe(bytes.length)
    expect(answer.value.bytes?.equals(bytes)).toBe(name === 'over' ? undefined : true)
  })

  test.each(['nothing', 'link', 'fifo', '.'])(
    'is absent where there is no regular file: %s',
    name => {
      expect(ask([content(at(name))], shell)).toEqual([{ kind: 'absent' }])
    },
  )

  test('asks many in one script and keeps them in order', () => {
    const names = ['nothing', ...Object.keys(FILES), 'fifo', 'text']
    const answers = ask(
      names.map(name => content(at(name))),
      shell,
    )
    expect(answers.map(a => (a.kind === 'answer' ? a.value.sha256 : a.kind))).toEqual(
      names.map(name => {
        const bytes = FILES[name]
        return bytes === undefined ? 'absent' : createHash('sha256').update(bytes).digest('hex')
      }),
    )
  })

  test('reads files whose size stat does not know, beside others', () => {
    const [version, text] = ask([content('/proc/version'), content(at('text'))], shell)
    expect(version).toMatchObject({ value: { bytes: readFileSync('/proc/version') } })
    expect(text).toMatchObject({ value: { size: 8 } })
  })

  test('says what it may not read, and answers the rest', () => {
    const answers = ask(
      ['secret', 'text'].map(name => content(at(name))),
      shell,
      '65534',
    )
    expect(answers).toMatchObject([{ kind: 'error' }, { kind: 'answer', value: { size: 8 } }])
  })

  test('leaves no file but beside its script, by whose name it is removed', () => {
    const [directory, TMPDIR] = [mkdtempSync(join(root, 'own-')), mkdtempSync(join(root, 'temp-'))]
    ask([content(at('text'))], shell, undefined, { directory, environment: { TMPDIR } })
    expect(readdirSync(TMPDIR)).toEqual([])
    expect(readdirSync(directory).filter(name => !name.startsWith('1.'))).toEqual([])
  })
})

test('does not hold the bytes of more than 1 MiB', () => {
  expect(contentOf(FILES['over'] ?? Buffer.alloc(0)).bytes).toBeUndefined()
  expect(contentOf(FILES['limit'] ?? Buffer.alloc(0)).bytes).toHaveLength(MOST_CONTENT)
})

test.each([
  { case: 'cut off', stdout: 'y\0' + '9\0abc', code: 0 },
  { case: 'failed', stdout: '', code: 1 },
  { case: 'too short', stdout: '', code: 0 },
])('output that is $case answers nothing', ({ stdout, code }) => {
  const { kind, question } = content('/x')
  const output = {
    code,
    stdout: Buffer.from(stdout),
    stderr: Buffer.from(''),
    ms: 0,
    timedOut: false,
  }
  expect(kind.read(output, [question])).toMatchObject([{ kind: 'error' }])
})
