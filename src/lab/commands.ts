import { execFile, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { UserError } from '../core/error.ts'
import { isPopulated } from './cgroup.ts'

const execute = promisify(execFile)

/** What runs inside a control group: it, and all it starts, can be found and killed by it. */
export interface Confined {
  readonly cgroup: string
}

// A shell enters the group itself, before it becomes the command, so that nothing the command does
// can escape a later `down`, whenever its parent may die.
const ENTER = 'echo 0 > "$1/cgroup.procs" && shift && exec "$@"'

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
  confined?: Confined,
): Promise<string> => {
  const [file, words] = confined
    ? (['sh', enter(confined.cgroup, command, args)] as const)
    : ([command, args] as const)
  try {
    const { stdout } = await execute(file, words, { maxBuffer: 64 << 20, env: environment() })
    return stdout
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string }
    const line = [command, ...args].join(' ').slice(0, 200)
    const words = stderr.trim().slice(-2000)
    throw new UserError('E_LAB_COMMAND', `${line}: ${words || String(cause)}`, { cause })
  }
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
  { cgroup, output, env, cwd }: Detached,
): Promise<void> => {
  const child = spawn('sh', enter(cgroup, command, args), {
    detached: true,
    stdio: ['ignore', output, output],
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
