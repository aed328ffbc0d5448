import { randomBytes, createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { constant, fed, sh } from '../../src/core/shell.ts'
import type { Output, Request } from '../../src/core/wire.ts'
import { driverWords } from '../../src/host/driver.ts'
import type { ConnectedMachine } from '../../src/host/machine.ts'
import { LOGIN, machineWith, scratch, sourceOf, text } from './support.ts'

jest.setTimeout(60_000)

const SHELLS = ['dash', 'bash', 'busybox']
const MIB = 1024 * 1024

describe.each(SHELLS)('the framed shell on %s', shell => {
  const base = scratch(async () => {
    await machine.close()
    expect(leftovers()).toEqual([])
  })
  const leftovers = (): string[] => readdirSync(base).filter(name => name.startsWith('.provision'))
  let machine: ConnectedMachine
  beforeAll(() => {
    machine = machineWith(base, shell)
  })
  const elsewhere = (): string => {
    const directory = join(base, 'elsewhere')
    mkdirSync(directory, { recursive: true })
    return directory
  }

  const run = async (...requests: Request[]): Promise<readonly Output[]> =>
    machine.run(requests, LOGIN)
  const one = async (request: Request): Promise<Output> => (await run(request))[0] as Output

  /** After whatever happened, the next request is answered as if nothing had. */
  const stillWorks = async (): Promise<void> => {
    expect(text(await one({ script: fed(sh`echo fine; cat`, 'input') }))).toEqual({
      code: 0,
      out: 'fine\ninput',
      err: '',
    })
  }

  test.each([
    { case: 'output and errors apart', script: sh`echo a; echo b >&2`, out: 'a\n', err: 'b\n' },
    { case: 'an exit code', script: sh`exit 7`, code: 7 },
    { case: 'exit inside a function', script: sh`f() { exit 3; }; f; echo no`, code: 3 },
    { case: 'no input at all', script: sh`read x; echo "<$x> $?"`, out: '<> 1\n' },
    { case: 'input that is not read', script: fed(sh`echo ok`, 'x'.repeat(300_000)), out: 'ok\n' },
    {
      case: 'input that is read in part',
      script: fed(sh`read x; echo $x`, 'a\nb\nc\n'),
      out: 'a\n',
    },
    { case: 'closing its own files', script: sh`exec <&- >&- 2>&-`, out: '' },
    {
      case: 'closing every number',
      script: sh`exec 3>&- 4>&- 5<&- 6<&- 7<&- 8<&-; echo a`,
      out: 'a\n',
    },
    { case: 'a script without a last newline', script: constant('printf x'), out: 'x' },
    { case: 'empty', script: constant(''), out: '' },
    {
      case: 'a quote that would end the driver',
      script: sh`echo ${`'"; exit 9 #`}`,
      out: `'"; exit 9 #\n`,
    },
    {
      case: 'text that looks like a frame',
      script: sh`echo 'A 1 0 0 0 0 0'`,
      out: 'A 1 0 0 0 0 0\n',
    },
    { case: 'no arguments', script: sh`echo $# "$@"`, out: '0\n' },
    { case: 'a here document', script: constant('cat <<E\nin $((1+1))\nE'), out: 'in 2\n' },
    {
      case: 'our directory, umask, locale',
      script: sh`pwd; umask; echo $LC_ALL`,
      out: '/\n0022\nC\n',
    },
    { case: 'an asynchronous child', script: sh`sleep 0 & wait; echo done`, out: 'done\n' },
  ])('$case', async ({ script, code = 0, out = '', err = '' }) => {
    expect(text(await one({ script }))).toEqual({ code, out, err })
    await stillWorks()
  })

  test('a syntax error is the script’s own failure', async () => {
    const { code, stderr } = await one({ script: constant('if then (') })
    expect(code).not.toBe(0)
    expect(stderr.length).toBeGreaterThan(0)
    await stillWorks()
  })

  test('NUL and every other byte pass through input and output', async () => {
    const bytes = Buffer.concat([
      Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
      randomBytes(70_000),
    ])
    const [small, streamed] = await run(
      { script: fed(sh`cat`, bytes) },
      { script: sh`cat; cat <&- >&2`, source: sourceOf(bytes) },
    )
    expect(small?.stdout.equals(bytes)).toBe(true)
    expect(streamed?.stdout.equals(bytes)).toBe(true)
    await stillWorks()
  })

  test('many requests in one write, in order, with inputs of every size', async () => {
    const sizes = [0, 1, 2, 511, 512, 4095, 4096, 4097, 65_535, 65_536, 65_537, 200_001]
    const outputs = await run(
      ...sizes.map(size => ({ script: fed(sh`wc -c`, Buffer.alloc(size)) })),
    )
    expect(outputs.map(({ stdout }) => Number(stdout.toString()))).toEqual(sizes)
  })

  test('scripts far longer than an argument may be', async () => {
    const long = constant(`: ${'x'.repeat(3 * MIB)}\necho end`)
    expect(text(await one({ script: long }))).toMatchObject({ code: 0, out: 'end\n' })
  })

  test('a background process neither holds a frame open nor writes into the next', async () => {
    const [asked, written] = [join(base, 'asked'), join(base, 'written')]
    const late = sh`(until [ -e ${asked} ]; do sleep 0.1; done
      echo late; echo late >&2; touch ${written}) & echo early`
    expect(text(await one({ script: late }))).toEqual({ code: 0, out: 'early\n', err: '' })
    const next = sh`touch ${asked}; until [ -e ${written} ]; do sleep 0.1; done; echo next`
    expect(text(await one({ script: next }))).toEqual({ code: 0, out: 'next\n', err: '' })
  })

  test('streamed input that is not read, also with a thief in the background', async () => {
    const source = sourceOf(randomBytes(3 * MIB))
    const thief = constant('cat >/dev/null & exit 0')
    const [unread, stolen] = await run({ script: sh`exit 4`, source }, { script: thief, source })
    expect([unread?.code, stolen?.code]).toEqual([4, 0])
    await stillWorks()
  })

  test('after a failure only what does not wait for success is run', async () => {
    const later = {
      script: sh`cat; echo ran`,
      source: sourceOf(Buffer.from('in')),
      afterSuccess: true,
    }
    const codes = async (...requests: Request[]): Promise<number[]> =>
      (await run(...requests)).map(({ code }) => code)
    expect(await codes({ script: sh`exit 1` }, later, { script: sh`true` }, later)).toEqual([
      1, -1, 0, -1,
    ])
    expect(await codes({ script: sh`exit 2`, codes: [0, 2] }, later)).toEqual([2, 0])
    expect(await codes({ script: sh`exit 2`, codes: 'any' }, later)).toEqual([2, 0])
    expect(await codes(later)).toEqual([0])
  })

  test('the user’s own commands see the login’s environment and the task’s', async () => {
    const environment = { GREETING: `it's "two"\nlines`, LANG: 'de_DE' }
    const script = constant('pwd; echo "$GREETING"; echo "$LANG${LC_ALL-unset}"')
    const home = process.env['HOME'] ?? '/'
    const { out } = text(await one({ script, environment }))
    expect(out).toBe(`${home}\n${environment.GREETING}\nde_DE${process.env['LC_ALL'] ?? 'unset'}\n`)
    await expect(one({ script, environment: { 'a b': '' } })).rejects.toThrow(
      'cannot name a variable',
    )
    await stillWorks()
  })

  test('a time limit ends the whole group, keeps the output, and the next request runs', async () => {
    const stuck = constant('echo before; sleep 600 & sleep 600')
    const [output, next] = await run({ script: stuck, timeLimit: 0.3 }, { script: sh`echo next` })
    expect(output).toMatchObject({ timedOut: true, code: 143 })
    expect(output?.stdout.toString()).toBe('before\n')
    expect(next?.stdout.toString()).toBe('next\n')
  })

  test('what ignores TERM is killed', async () => {
    const deaf = constant(`trap '' TERM; echo $$; while :; do sleep 0.1; done`)
    const output = await one({ script: deaf, timeLimit: 0.2 })
    expect(output).toMatchObject({ timedOut: true, code: 137 })
    await stillWorks()
  })

  test('100 MB of output arrive whole', async () => {
    const script = sh`head -c 100000000 /dev/zero | tr '\0' 'x'; echo end`
    const { stdout, code } = await one({ script })
    expect(code).toBe(0)
    expect(stdout.length).toBe(100_000_004)
    const expected = createHash('sha256').update(Buffer.alloc(100_000_000, 'x')).update('end\n')
    expect(createHash('sha256').update(stdout).digest('hex')).toBe(expected.digest('hex'))
  })

  test('more output than can be kept fails by name, and the shell goes on', async () => {
    const flood = one({ script: sh`head -c 300000000 /dev/zero` })
    await expect(flood).rejects.toMatchObject({ code: 'E_OUTPUT_LIMIT' })
    await stillWorks()
  })

  test('a script that removes our private directory loses nothing', async () => {
    const clean = sh`echo kept; rm -rf ${base}/.provision* /dev/shm/.provision*`
    expect(text(await one({ script: clean }))).toEqual({ code: 0, out: 'kept\n', err: '' })
    await stillWorks()
  })

  const plants: readonly { case: string; plant: (at: string) => void }[] = [
    {
      case: 'another directory',
      plant: at => {
        mkdirSync(at, { mode: 0o777 })
      },
    },
    {
      case: 'a link',
      plant: at => {
        symlinkSync(elsewhere(), at)
      },
    },
    {
      case: 'a file',
      plant: at => {
        writeFileSync(at, '')
      },
    },
  ]
  test.each(plants)(
    '$case in the place of our private directories is not used',
    async ({ plant }) => {
      const where = async (): Promise<string[]> => {
        const files = fed(sh`readlink /proc/self/fd/1; readlink /proc/self/fd/0`, 'input')
        return text(await one({ script: files }))
          .out.trim()
          .split('\n')
          .map(dirname)
      }
      const before = await where()
      expect(before.every(name => basename(name).startsWith('.provision'))).toBe(true)
      for (const name of new Set(before)) {
        rmSync(name, { recursive: true })
        plant(name)
      }
      try {
        const after = await where()
        expect(after.every(name => basename(name).startsWith('.provision'))).toBe(true)
        expect(after.filter(name => before.includes(name))).toEqual([])
        await stillWorks()
      } finally {
        for (const name of before) rmSync(name, { recursive: true, force: true })
      }
    },
  )

  test('what was sent and said is gone once it has been answered, and its files before long', async () => {
    const said = await one({
      script: fed(sh`cat; readlink /proc/self/fd/1; readlink /proc/self/fd/0`, 'a secret\n'),
    })
    const [secret, ...files] = text(said).out.trim().split('\n')
    expect(secret).toBe('a secret')
    await stillWorks()
    expect(files.map(file => statSync(file).size)).toEqual([0, 0])
    const [out = '', input = ''] = files
    expect(readFileSync(out.replace(/o$/, 's'), 'utf8')).toBe('')
    expect(readFileSync(input, 'utf8')).toBe('')
    await run(...Array.from({ length: 64 }, () => ({ script: fed(sh`cat`, 'a secret') })))
    expect(files.filter(file => existsSync(file))).toEqual([])
  })

  test('what somebody has put into the place of its directory is left alone', async () => {
    const victim = join(base, 'victim')
    writeFileSync(victim, 'precious')
    const moved = await one({
      script: sh`at=$(dirname "$provision_script")/$(basename "$provision_script" .s).o && d=$(dirname "$at") && mv "$d" "$d.away" && mkdir "$d" &&
        ln -s ${victim} "$at" && echo "$d"`,
    })
    await stillWorks()
    expect(readFileSync(victim, 'utf8')).toBe('precious')
    expect(text(moved)).toMatchObject({ code: 0, err: '' })
    const place = text(moved).out.trim()
    for (const name of [place, `${place}.away`]) rmSync(name, { recursive: true })
  })

  test('a shell that was killed is lost by name, and the next request gets a new one', async () => {
    const suicide = run(
      { script: constant('kill -9 $(ps -o ppid= -p $$ 2>/dev/null || echo $PPID)') },
      { script: sh`true` },
    )
    await expect(suicide).rejects.toMatchObject({ code: 'E_HOST_DIED', inFlight: true })
    await machine.closeShells()
    // Nothing can clean up after a kill -9; only the account itself can read what is left.
    for (const name of leftovers()) rmSync(join(base, name), { recursive: true })
    await stillWorks()
  })

  test('a source that is shorter than it said fails by name, and nothing runs on it', async () => {
    const source = { size: 100, sha256: '', open: () => [Buffer.from('short')] }
    const broken = run(
      { script: sh`cat >/dev/null`, source },
      { script: sh`echo ran >${base}/ran` },
    )
    await expect(broken).rejects.toMatchObject({ code: 'E_SOURCE_CHANGED' })
    await stillWorks()
    expect(readdirSync(base)).not.toContain('ran')
  })

  test('round trips are writes that waited', async () => {
    const before = machine.roundTrips.counted
    await run({ script: sh`true` }, { script: sh`true` })
    expect(machine.roundTrips.counted).toBe(before + 1)
    await Promise.all([run({ script: sh`sleep 0.1` }), run({ script: sh`true` })])
    expect(machine.roundTrips.counted).toBe(before + 2)
  })
})

describe.each([
  { reader: 'head, and dd for what is large', size: 3_000_001, tools: {} },
  {
    reader: 'head alone, where dd reads ahead',
    size: 3_000_001,
    tools: { dd: 'case $* in *count_bytes*) exec cat;; esac; exec /bin/dd "$@"' },
  },
  // Reads all there is, as buffered readers do.
  { reader: 'dd', size: 200_001, tools: { head: 'cat | /usr/bin/head "$@"' } },
  {
    reader: 'dd1',
    size: 5_001,
    tools: {
      head: 'cat | /usr/bin/head "$@"',
      dd: 'case $* in *fullblock*) exit 1;; esac; exec /bin/dd "$@"',
    },
  },
])('what is read by $reader', ({ size, tools }) => {
  const base = scratch(() => machine.close())
  let machine: ConnectedMachine
  beforeAll(() => {
    machine = machineWith(base, 'dash')
    for (const [name, body] of Object.entries(tools))
      writeFileSync(join(base, 'bin-dash', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  })

  test('is exact, and what comes after it is whole', async () => {
    const bytes = randomBytes(size)
    const outputs = await machine.run(
      [
        { script: fed(sh`cat`, bytes) },
        { script: sh`cat`, source: sourceOf(bytes) },
        { script: sh`echo end` },
      ],
      LOGIN,
    )
    expect(outputs.slice(0, 2).map(({ stdout }) => stdout.equals(bytes))).toEqual([true, true])
    expect(outputs[2]?.stdout.toString()).toBe('end\n')
  })
})

test('a driver that starts through a login shell of another kind is one line without quotes in it', () => {
  const words = driverWords('greeting')
  expect(words).not.toContain('\n')
  const [, ...constants] = words.split("'")
  expect(constants.length).toBe(4)
  expect(words).not.toMatch(/\\\\|\\'/)
})
