import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import { UserError } from '../core/error.ts'

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

/** Starts a process that outlives us, its output added to `output` (an open file). */
export const startDetached = (
  command: string,
  args: readonly string[],
  {
    cgroup,
    output,
    env,
    cwd,
  }: Confined & { output: number; env?: Record<string, string>; cwd?: string },
): void => {
  spawn('sh', enter(cgroup, command, args), {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...environment(), ...env },
    ...(cwd === undefined ? {} : { cwd }),
  }).unref()
}

// The same words from every tool, whatever the user's language is, and root's directories in PATH
// also where a plain `su` left them out.
const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  LC_ALL: 'C.UTF-8',
  PATH: `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`,
})
