import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../core/error.ts'
import { isPopulated } from './cgroup.ts'
import type { Lock } from './lock.ts'

/**
 * What runs for a lab is known to a `down` that follows, also when we are killed at this moment:
 * `down` waits for it by the lock, until it is in the group by which `down` kills it.
 */
export interface Bound {
  readonly lock: Lock
  /** None where it is soon done: the lock is then held to its end. */
  readonly cgroup?: string | undefined
}

/** What runs inside a control group: it, and all it starts, can be found and killed by it. */
export interface Confined extends Bound {
  readonly cgroup: string
}

// A shell enters the group itself, before it becomes the command, so that nothing the command does
// can escape a later `down`, whenever its parent may die. Until then it holds the lock.
const ENTER = 'echo 0 > "$1/cgroup.procs" && exec 3>&- && shift && exec "$@"'

const enter = (cgroup: string, command: string, args: readonly string[]): string[] => [
  '-c',
  ENTER,
  'sh',
  cgroup,
  command,
  ...args,
]

/** Runs a command and returns its standard output; a failure is an E_LAB_COMMAND with its words. */
export const run = async (
  command: string,
  args: readonly string[],
  { cgroup, lock }: Bound,
): Promise<string> => {
  const [file, words] =
    cgroup === undefined ? [command, args] : ['sh', enter(cgroup, command, args)]
  const child = spawn(file, words, {
    stdio: ['ignore', 'pipe', 'pipe', lock.fd],
    env: environment(),
  })
  // Both are pipes, which the types forget where a child is given a fourth file.
  const [ended, stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null, string | null]>,
    text(child.stdout as Readable),
    text(child.stderr as Readable),
  ])
  const [status, signal] = ended
  if (status === 0) return stdout
  const line = [command, ...args].join(' ').slice(0, 200)
  const why = stderr.trim().slice(-2000) || `ended with ${signal ?? `exit code ${String(status)}`}`
  throw new UserError('E_LAB_COMMAND', `${line}: ${why}`)
}

interface Detached extends Confined {
  /** An open file that the output is added to. */
  readonly output: number
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** Starts a process that outlives us; returns when it is in its control group. */
export const startDetached = async (
  command: string,
  args: readonly string[],
  { cgroup, lock, output, env, cwd }: Detached,
): Promise<void> => {
  const child = spawn('sh', enter(cgroup, command, args), {
    detached: true,
    stdio: ['ignore', output, output, lock.fd],
    env: { ...environment(), ...env },
    ...(cwd === undefined ? {} : { cwd }),
  })
  child.unref()
  while (child.exitCode === null && !(await isPopulated(cgroup))) await sleep(5)
}

// The same words from every tool, whatever the user's language is, and root's directories in PATH
// also where a plain `su` left them out.
const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  LC_ALL: 'C.UTF-8',
  PATH: `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`,
})
