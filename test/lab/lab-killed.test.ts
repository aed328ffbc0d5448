import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { labDown, labUp } from '../../src/lab/index.ts'
import { findLab } from '../../src/lab/place.ts'
import { processesOf, traces } from './traces.ts'
import { MINUTES } from './limits.ts'

jest.setTimeout(2 * MINUTES)

const name = (suffix: string): string => `t-killed-${process.pid}-${suffix}`
const image = 'debian-13'
const root = join(import.meta.dirname, '../..')
const script = `import { labUp } from './src/lab/index.ts'
  process.stdout.write('begin')
  await labUp({ lab: process.argv[1], image: '${image}', hosts: ['a', 'b', 'c'] })`

/** A `labUp` in a process of its own, which has just begun. */
const beginUp = async (lab: string, env: NodeJS.ProcessEnv = {}): Promise<ChildProcess> => {
  const argv = ['--import', 'tsx', '--input-type=module', '-e', script, lab]
  const child = spawn(process.execPath, argv, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

/** Kills an `up`, and at once takes its lab down: what is left then. */
const leftAfter = async (lab: string, up: ChildProcess): Promise<string[]> => {
  up.kill('SIGKILL')
  const bridge = (await findLab(lab))?.bridge
  await labDown({ lab })
  return traces(lab, bridge)
}

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lab-killed-'))
  // Building the image, once on this machine, is not what is tested.
  await labUp({ lab: name('first'), image, hosts: ['a'] })
  await labDown({ lab: name('first') })
}, 10 * MINUTES)
afterAll(() => rm(directory, { recursive: true }))

test('at any moment leaves nothing to down', async () => {
  // Parts of the golden ratio fall evenly into any span, however many there is time for.
  const [golden, span, end] = [0.618, 3000, Date.now() + 45_000]
  for (let part = Math.random(); Date.now() < end; part = (part + golden) % 1) {
    const [lab, ms] = [name('moment'), Math.round(part * span)]
    const up = await beginUp(lab)
    await sleep(ms)
    expect({ ms, left: await leftAfter(lab, up) }).toEqual({ ms, left: [] })
  }
})

/**
 * A directory for PATH whose `program` takes `seconds` longer, the first time that its words match;
 * `begun` is there from then on. The lab's name in its path tells whose process it is.
 */
const slow = async (
  lab: string,
  { program, seconds = 60, words = '*' }: { program: string; seconds?: number; words?: string },
) => {
  const folder = join(directory, lab)
  const begun = join(folder, 'begun')
  await mkdir(folder)
  const text = `#!/bin/sh
case "$*" in ${words}) ! mkdir "${begun}" 2>/dev/null || sleep ${seconds} ;; esac
PATH=$(printf %s "$PATH" | sed "s|^${folder}:||")
exec ${program} "$@"
`
  await writeFile(join(folder, program), text, { mode: 0o755 })
  const until = async (): Promise<void> => {
    while (!existsSync(begun)) await sleep(10)
  }
  return { env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` }, until }
}

test.each(['ip', 'nft', 'apt-get', 'apt-config', 'ssh-keygen', 'unshare', 'mount', 'nsenter'])(
  'while it runs %s',
  async program => {
    const lab = name(program)
    const { env, until } = await slow(lab, { program })
    const up = await beginUp(lab, env)
    await until()
    expect(await leftAfter(lab, up)).toEqual([])
  },
)

test('before a child is in its control group', async () => {
  const lab = name('outside')
  const words = '*cgroup.procs*'
  const { env, until } = await slow(lab, { program: 'sh', words, seconds: 2 })
  const up = await beginUp(lab, env)
  await until()
  expect(await leftAfter(lab, up)).toEqual([])
})

test('while an image is built', async () => {
  const lab = name('image')
  const { env, until } = await slow(lab, { program: 'mmdebstrap' })
  const before = process.env['PROVISION_LAB_DIR']
  // A folder of its own, that has no image yet.
  process.env['PROVISION_LAB_DIR'] = join(directory, 'root')
  try {
    const up = await beginUp(lab, env)
    await until()
    expect(await leftAfter(lab, up)).toEqual([])
  } finally {
    if (before === undefined) delete process.env['PROVISION_LAB_DIR']
    else process.env['PROVISION_LAB_DIR'] = before
  }
})

test('is made good by another up, which nothing of the first disturbs', async () => {
  const lab = name('again')
  const { env, until } = await slow(lab, { program: 'ssh-keygen', words: '*-A*' })
  const up = await beginUp(lab, env)
  await until()
  up.kill('SIGKILL')
  try {
    const hosts = await labUp({ lab, image, hosts: ['a', 'b', 'c'] })
    expect(hosts.map(({ running }) => running)).toEqual([true, true, true])
    expect((await processesOf(lab)).filter(line => line.includes('keygen'))).toEqual([])
  } finally {
    await labDown({ lab })
  }
})
