import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, join } from 'node:path'
import { askOpenSsh } from '../../src/host/openssh.ts'
import { scratch } from './support.ts'

const base = scratch()
const bin = join(base, 'bin')
const log = join(base, 'log')
const path = process.env['PATH'] ?? ''

/** An `ssh` that prints its words, refuses host 7, and writes down who has started it. */
beforeEach(() => {
  mkdirSync(bin, { recursive: true })
  writeFileSync(log, '')
  const script = `#!/bin/sh\necho $PPID >>${log}\nfor host; do :; done\n[ $host != h7 ] || { echo no such option >&2; exit 255; }\nprintf '%s\\n' "$@"\n`
  writeFileSync(join(bin, 'ssh'), script, { mode: 0o755 })
  process.env['PATH'] = `${bin}${delimiter}${path}`
})
afterEach(() => {
  process.env['PATH'] = path
})

const starters = (): readonly string[] => readFileSync(log, 'utf8').trim().split('\n')

test('hosts of one moment share a shell for each core, and each gets its own answer', async () => {
  const hosts = Array.from({ length: 40 }, (_, n) => `h${n}`)
  const answers = await Promise.allSettled(
    hosts.map(host => askOpenSsh(host, ['-o', `User=it's "$(${host})"`])),
  )
  expect(answers).toEqual(
    hosts.map(host =>
      host === 'h7'
        ? {
            status: 'rejected',
            reason: expect.objectContaining({
              code: 'E_SSH_CONFIG',
              message: 'ssh -G h7: no such option',
            }) as Error,
          }
        : { status: 'fulfilled', value: `-G\n-o\nUser=it's "$(${host})"\n--\n${host}\n` },
    ),
  )
  const ours = String(process.pid)
  const shells = starters().filter(pid => pid !== ours)
  expect(new Set(shells).size).toBeLessThanOrEqual(availableParallelism())
  expect(shells).toHaveLength(hosts.length)
  // What has failed there is asked once more, alone.
  expect(starters()).toHaveLength(hosts.length + 1)
})

test('without OpenSSH there is no answer, for one host or for many', async () => {
  process.env['PATH'] = join(base, 'nowhere')
  expect(await askOpenSsh('h1', [])).toBeUndefined()
  expect(await Promise.all(['h1', 'h2', 'h3', 'h4', 'h5'].map(h => askOpenSsh(h, [])))).toEqual(
    Array.from({ length: 5 }, () => undefined),
  )
})
