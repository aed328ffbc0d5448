import { readdirSync, readFileSync } from 'node:fs'
import { UserError } from '../../src/core/error.ts'
import { fed, sh } from '../../src/core/shell.ts'
import type { Output, Request } from '../../src/core/wire.ts'
import { bundled } from '../../src/host/bundle.ts'
import { LOGIN, machineWith, scratch, text } from './support.ts'

jest.setTimeout(60_000)

const asking = (script: Request['script'], timeLimit = 20): Request => ({
  script,
  timeLimit,
  isQuestion: true,
})

describe.each(['dash', 'bash', 'busybox'])('questions in one process group, on %s', shell => {
  const base = scratch(async () => {
    await machine.close()
    expect(directories()).toEqual([])
  })
  const machine = machineWith(base, shell)
  const ask = async (...requests: Request[]): Promise<unknown[]> =>
    (await machine.run(requests, LOGIN)).map(text)
  const directories = (): string[] =>
    readdirSync(base).filter(name => name.startsWith('.provision'))

  test('are answered each for itself, as if asked alone', async () => {
    const requests = [
      asking(sh`printf 'a\000b'; echo no >&2; exit 3`),
      asking(sh`x=1; set -- one two; cd /tmp; read line; echo "<$line>"`),
      asking(fed(sh`cat`, 'its input')),
      asking(sh`printf '%s' "it's; $(id -u)" 'two
lines'`),
      asking(sh`:`),
      asking(sh`if`),
    ]
    const together = await ask(...requests)
    const alone: unknown[] = []
    for (const request of requests) alone.push(...(await ask(request)))
    expect(alone).toMatchObject([
      { code: 3, out: 'a\0b', err: 'no\n' },
      { code: 0, out: '<>\n' },
      { code: 0, out: 'its input' },
      { code: 0 },
      { code: 0, out: '' },
      { code: 2, out: '' },
    ])
    expect(together.map(withoutWords)).toEqual(alone.map(withoutWords))
    // What was answered together left nothing behind, even before the shell ends.
    const files = directories().flatMap(name =>
      readdirSync(`${base}/${name}`).map(file => `${base}/${name}/${file}`),
    )
    const errors = files.filter(name => name.endsWith('.errors'))
    expect(errors.map(name => readFileSync(name, 'utf8'))).toEqual([''])
  })

  test('do not see each other, and one that kills them all is asked alone', async () => {
    expect(
      await ask(
        asking(sh`x=1; set -- one; cd /tmp; echo first`),
        asking(sh`echo "<$x$#>" "$PWD"`),
        asking(sh`kill -9 $$`),
      ),
    ).toMatchObject([{ code: 0, out: 'first\n' }, { code: 0, out: '<0> /\n' }, { code: 137 }])
  })

  test('are asked alone where one of them does not end', async () => {
    const outputs = await machine.run(
      [asking(sh`echo before`, 2), asking(sh`exec sleep 1000`, 1), asking(sh`echo after`, 2)],
      LOGIN,
    )
    expect(outputs.map(({ timedOut }) => timedOut)).toEqual([false, true, false])
    expect(outputs.map(({ stdout }) => stdout.toString())).toEqual(['before\n', '', 'after\n'])
  })
})

/** What a shell says of a mistake names where it stands, which is another place. */
const withoutWords = (answer: unknown): unknown =>
  (answer as { code: number; err: string }).err.includes('yntax')
    ? { ...(answer as object), err: 'a syntax error' }
    : answer

describe('what is sent', () => {
  const answer: Output = {
    code: 0,
    stdout: Buffer.from('alone'),
    stderr: Buffer.alloc(0),
    ms: 1,
    timedOut: false,
  }
  const sent = async (requests: readonly Request[], first?: Error): Promise<number[]> => {
    const counts: number[] = []
    await bundled(requests, all => {
      counts.push(all.length)
      if (counts.length === 1 && first !== undefined) return Promise.reject(first)
      return Promise.resolve(all.map(() => answer))
    })
    return counts
  }
  const question = asking(sh`:`)

  test.each([
    { case: 'one question, as it is', requests: [question], counts: [1] },
    { case: 'changes, each alone', requests: [question, { script: sh`:` }, question], counts: [3] },
    {
      case: 'questions together, and again alone after nonsense',
      requests: [question, question, asking(fed(sh`:`, 'x'))],
      counts: [2, 3],
    },
  ])('$case', async ({ requests, counts }) => {
    expect(await sent(requests)).toEqual(counts)
  })

  test('questions again alone where together they say too much, but no lost host again', async () => {
    expect(await sent([question, question], new UserError('E_OUTPUT_LIMIT', 'x'))).toEqual([1, 2])
    const lost = new UserError('E_OTHER', 'x')
    await expect(sent([question, question], lost)).rejects.toBe(lost)
  })
})
