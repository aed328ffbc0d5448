import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answer, Probe, ProbeKind } from '../../src/core/probe.ts'
import type { Script } from '../../src/core/shell.ts'
import type { Output } from '../../src/core/wire.ts'

/** A shell with its tools: the host's, or those of busybox alone. */
export interface Shell {
  readonly name: string
  readonly command: readonly string[]
  readonly path: string
}

/** Where a program is; a shell that is not there would leave its tests out unseen. */
const find = (program: string): string => {
  const asked = spawnSync('sh', ['-c', 'command -v "$0"', program], { encoding: 'utf8' })
  if (asked.status === 0) return asked.stdout.trim()
  throw new Error(`these tests need ${program}: sh src/lab/packages.sh test/packages`)
}

const applets = mkdtempSync(join(tmpdir(), 'applets-'))
afterAll(() => {
  rmSync(applets, { recursive: true, force: true })
})
chmodSync(applets, 0o755)
const busybox = find('busybox')
const NAMES =
  'busybox sh stat readlink cat head wc mktemp md5sum sha1sum sha256sum sha512sum rm find id cp tar mv chmod chown ln ls mkdir rmdir sync touch dd tr od'
for (const name of NAMES.split(' ')) symlinkSync(busybox, join(applets, name))

/** The shells that a host may have; busybox comes with its own tools. */
export const SHELLS: readonly Shell[] = [
  { name: 'dash', command: [find('dash')], path: process.env['PATH'] ?? '' },
  { name: 'bash', command: [find('bash'), '--posix'], path: process.env['PATH'] ?? '' },
  { name: 'busybox', command: ['busybox', 'sh'], path: applets },
]

/** Where a question is asked. */
export interface Place {
  readonly environment?: Readonly<Record<string, string>>
  /** The shell's private directory, for what lives as long as it does. */
  readonly directory?: string
}

/** Each account has a directory of its own, where scripts may leave what goes with them. */
const privateTo = (user: string | undefined): string => {
  const directory = mkdtempSync(join(applets, 'private-'))
  if (user !== undefined) chownSync(directory, Number(user), Number(user))
  return directory
}

/** Runs a script as our driver does: from a file, with its own input, in a fixed environment. */
const run = (
  script: Script,
  { command, path }: Shell,
  user: string | undefined,
  { environment = {}, directory = privateTo(user) }: Place,
): Output => {
  const file = join(directory, '1.s')
  writeFileSync(file, script.text)
  const as =
    user === undefined ? [] : [`--reuid=${user}`, `--regid=${user}`, '--clear-groups', 'env']
  const words = [`PATH=${path}`, ...command, '-c', 'provision_script=$0; . "$0"', file]
  const { status, stdout, stderr } = spawnSync(
    user === undefined ? 'env' : 'setpriv',
    [...as, ...words],
    {
      input: script.input ?? Buffer.alloc(0),
      env: { PATH: process.env['PATH'], LC_ALL: 'C', HOME: '/root', ...environment },
      cwd: '/',
      maxBuffer: 1 << 30,
    },
  )
  return { code: status ?? -1, stdout, stderr, ms: 0, timedOut: false }
}

/** Asks all the probes, which are of one kind, in one script. */
export const ask = <A>(
  probes: readonly Probe<A>[],
  shell: Shell,
  user?: string,
  place: Place = {},
): readonly Answer<A>[] => {
  const kind = probes[0]?.kind as ProbeKind<unknown, A>
  const questions = probes.map(({ question }) => question)
  return kind.read(run(kind.ask(questions), shell, user, place), questions)
}
