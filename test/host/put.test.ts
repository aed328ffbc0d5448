import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Put } from '../../src/core/change.ts'
import { sh } from '../../src/core/shell.ts'
import { fetchFile } from '../../src/host/fetch.ts'
import type { ConnectedMachine } from '../../src/host/machine.ts'
import { putFailure, putRequests } from '../../src/host/put.ts'
import { asSmallFile, putManyRequest } from '../../src/host/putmany.ts'
import { until } from '../cli/cli.ts'
import { LOGIN, machineWith, scratch, sourceOf } from './support.ts'

jest.setTimeout(60_000)

const IS_ROOT = process.getuid?.() === 0

/** What the request says that replaces all of them; undefined where it succeeded. */
const putMany = async (
  machine: ConnectedMachine,
  changes: readonly Put[],
): Promise<string | undefined> => {
  const files = await Promise.all(changes.map(asSmallFile))
  const all = files.filter(file => file !== undefined)
  expect(all).toHaveLength(changes.length)
  const [output] = await machine.run([putManyRequest(all)], LOGIN)
  return output?.code === 0 ? undefined : output?.stderr.toString()
}

const SUMMARY = 'write a file'

const putOf = (to: string, content: Buffer, more: Partial<Put> = {}): Put => ({
  do: 'put',
  summary: SUMMARY,
  effects: [],
  scope: [],
  source: sourceOf(content),
  to,
  mode: '0640',
  owner: undefined,
  group: undefined,
  ...more,
})

describe.each(['dash', 'bash', 'busybox'])('files on %s', shell => {
  const base = scratch(() => machine.close())
  let machine: ConnectedMachine
  let directory: string
  let count = 0
  beforeAll(() => {
    machine = machineWith(base, shell)
  })
  beforeEach(() => {
    directory = join(base, `d${++count}`)
    mkdirSync(directory)
  })

  const put = async (change: Put): Promise<string | undefined> =>
    putFailure(change, await machine.run(putRequests(change), LOGIN))

  test.each([
    { case: 'plain', name: 'file' },
    { case: 'spaces and quotes', name: `it's "a" $name` },
    { case: 'a leading dash', name: '-rf' },
    { case: 'a line break', name: 'a\nb' },
  ])('a new file: $case', async ({ name }) => {
    const content = randomBytes(300_000)
    const to = join(directory, name)
    expect(await put(putOf(to, content))).toBeUndefined()
    expect(readFileSync(to).equals(content)).toBe(true)
    expect(statSync(to).mode & 0o7777).toBe(0o640)
    expect(readdirSync(directory)).toEqual([name])
  })

  test('an existing file is replaced, kept as a backup, and its owner stays', async () => {
    const to = join(directory, 'file')
    writeFileSync(to, 'old')
    const owner = process.getuid?.() === 0 ? '12345' : undefined
    if (owner !== undefined) await put(putOf(to, Buffer.from('old'), { owner, group: '54321' }))
    const before = statSync(to)
    expect(await put(putOf(to, Buffer.from('new'), { backup: 'file.old' }))).toBeUndefined()
    const after = statSync(to)
    expect(after.ino).not.toBe(before.ino)
    expect([after.uid, after.gid]).toEqual([before.uid, before.gid])
    expect(readFileSync(to, 'utf8')).toBe('new')
    expect(readFileSync(join(directory, 'file.old'), 'utf8')).toBe('old')
  })

  test('many at once, in several directories', async () => {
    mkdirSync(join(directory, 'sub'))
    writeFileSync(join(directory, 'old'), 'old')
    if (IS_ROOT) chownSync(join(directory, 'old'), 12345, 54321)
    const texts = ['', 'a\n', `it's $HOME \\ "x" %s`, 'äöü', 'x'.repeat(60_000)]
    const made = texts.map((content, i) => putOf(join(directory, `f${i}`), Buffer.from(content)))
    const others = [
      putOf(join(directory, 'sub', 'g'), Buffer.from('g'), { mode: '0600' }),
      putOf(join(directory, 'old'), Buffer.from('new'), { mode: '0604' }),
    ]
    expect(await putMany(machine, [...made, ...others])).toBeUndefined()
    expect(texts.map((_, i) => readFileSync(join(directory, `f${i}`), 'utf8'))).toEqual(texts)
    expect(readFileSync(join(directory, 'sub/g'), 'utf8')).toBe('g')
    expect(readFileSync(join(directory, 'old'), 'utf8')).toBe('new')
    const modes = ['f0', 'sub/g', 'old'].map(name => statSync(join(directory, name)).mode & 0o7777)
    expect(modes).toEqual([0o640, 0o600, 0o604])
    if (IS_ROOT) expect(statSync(join(directory, 'old'))).toMatchObject({ uid: 12345, gid: 54321 })
    expect(readdirSync(directory).toSorted()).toEqual(['f0', 'f1', 'f2', 'f3', 'f4', 'old', 'sub'])
    expect(readdirSync(join(directory, 'sub'))).toEqual(['g'])
  })

  test.each([
    { case: 'a directory in its place', to: 'taken', says: /is a directory/ },
    { case: 'a directory that is not there', to: 'none/file', says: /none/ },
    {
      case: 'an unknown owner',
      to: 'file',
      more: { owner: 'no-such-account' },
      says: /no-such-account/,
    },
    {
      case: 'content that changes on the way',
      to: 'file',
      more: { source: { ...sourceOf(Buffer.from('x')), sha256: '0'.repeat(64) } },
      says: /did not arrive whole/,
    },
  ])('of many, nothing is done after what fails: $case', async ({ to, more = {}, says }) => {
    for (const name of ['taken', 'sub']) mkdirSync(join(directory, name))
    const said = await putMany(machine, [
      putOf(join(directory, 'sub', 'first'), Buffer.from('first')),
      putOf(join(directory, 'beside'), Buffer.from('beside')),
      putOf(join(directory, to), Buffer.from('x'), more),
      putOf(join(directory, 'sub', 'last'), Buffer.from('last')),
    ])
    expect(said).toMatch(says)
    expect(readdirSync(join(directory, 'sub'))).toEqual(['first'])
    // What goes to the same directory as the file that fails is done with it or not at all.
    const beside = to.includes('/') ? ['beside'] : []
    expect(readdirSync(directory).toSorted()).toEqual([...beside, 'sub', 'taken'])
  })

  test.each([
    { case: 'a directory that is not there', to: 'none/file', says: /does not exist/ },
    { case: 'a directory in its place', to: 'taken', says: /is a directory/ },
    { case: 'an unknown owner', to: 'file', more: { owner: 'no-such-account' }, says: /owner of/ },
    {
      case: 'content that its validation refuses',
      to: 'file',
      more: { validate: (staged: string) => sh`echo wrong >&2; grep -q good ${staged}` },
      says: /wrong\n.*is not valid/,
    },
    {
      case: 'content that changes on the way',
      to: 'file',
      more: { source: { ...sourceOf(Buffer.from('x')), sha256: '0'.repeat(64) } },
      says: /did not arrive whole/,
    },
  ])('fails by name and leaves nothing: $case', async ({ to, more = {}, says }) => {
    mkdirSync(join(directory, 'taken'))
    const change = putOf(join(directory, to), Buffer.from('bad'), more)
    expect(await put(change)).toMatch(says)
    expect(readdirSync(directory)).toEqual(['taken'])
  })

  test('a large one is put in place, and one that ends too soon is not', async () => {
    const to = join(directory, 'large')
    const bytes = randomBytes(17 * 1024 * 1024)
    expect(await put(putOf(to, bytes))).toBeUndefined()
    expect(readFileSync(to).equals(bytes)).toBe(true)
    const short = sourceOf(bytes.subarray(0, -1))
    const source = { ...sourceOf(bytes), open: () => short.open() }
    await expect(put(putOf(to, bytes, { source, mode: '0600' }))).rejects.toMatchObject({
      code: 'E_SOURCE_CHANGED',
    })
    // Its shell was given up, and cleans up while it ends.
    await until(() => readdirSync(directory).join() === 'large')
    expect(statSync(to).mode & 0o777).toBe(0o640)
  })

  test('a valid file passes its validation under its own name', async () => {
    const validate = (staged: string) =>
      sh`case ${staged} in */file) grep -q good ${staged};; *) false;; esac`
    const to = join(directory, 'file')
    expect(await put(putOf(to, Buffer.from('good'), { validate }))).toBeUndefined()
  })

  test('a file is fetched whole, in pieces if need be, for its owner alone', async () => {
    const from = join(directory, 'big')
    const content = Buffer.concat([randomBytes(1000), Buffer.alloc(33 * 1024 * 1024, 7)])
    writeFileSync(from, content)
    const to = join(directory, 'deep', 'copy')
    await fetchFile(machine, LOGIN, { from, to, summary: SUMMARY })
    expect(readFileSync(to).equals(content)).toBe(true)
    expect(statSync(to).mode & 0o7777).toBe(0o600)
  })

  test('what cannot be fetched leaves what was there before', async () => {
    const to = join(directory, 'copy')
    writeFileSync(to, 'before')
    const fetching = fetchFile(machine, LOGIN, {
      from: join(directory, 'none'),
      to,
      summary: SUMMARY,
    })
    await expect(fetching).rejects.toMatchObject({ code: 'E_FETCH' })
    expect(readdirSync(directory)).toEqual(['copy'])
  })
})

describe('what is there of a large file', () => {
  const base = scratch(() => machine.close())
  const machine = machineWith(base, 'dash')

  test('is flushed while more of it comes, by nothing that stays', async () => {
    const [to, flushed] = [join(base, 'large'), join(base, 'flushed')]
    writeFileSync(
      join(base, 'bin-dash', 'sync'),
      `#!/bin/sh\necho "$PPID $(stat -c %s -- "$1")" >>${flushed}\n`,
      { mode: 0o755 },
    )
    const bytes = randomBytes(17 * 1024 * 1024)
    const half = bytes.length / 2
    const source = {
      ...sourceOf(bytes),
      async *open() {
        yield bytes.subarray(0, half)
        await until(() => existsSync(flushed))
        yield bytes.subarray(half)
      },
    }
    const change = putOf(to, bytes, { source })
    expect(putFailure(change, await machine.run(putRequests(change), LOGIN))).toBeUndefined()
    const calls = readFileSync(flushed, 'utf8').trim().split('\n')
    const [first, ...others] = calls.map(line => line.split(' ').map(Number))
    expect(first?.[1]).toBeLessThan(bytes.length)
    expect(others.at(-1)?.[1]).toBe(bytes.length)
    await until(() => !existsSync(`/proc/${String(first?.[0])}`))
  })
})
