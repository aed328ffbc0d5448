import type { Run } from '../../core/change.ts'
import { constant, fed, lines, sh, type Words } from '../../core/shell.ts'
import type { TaskContext } from '../../core/module.ts'

/** How a user's own command is run. */
export interface Running {
  readonly chdir: string | undefined
  readonly stdin?: string | undefined
  readonly stdin_add_newline?: boolean
  readonly context: TaskContext
}

/** The change that runs a user's own command: it may touch anything, and nothing proves it. */
export const runChange = (summary: string, words: Words, want: Running): Run => {
  const script =
    want.chdir === undefined ? words : lines(sh`cd -- ${at(want.chdir)} || exit`, words)
  const input = inputOf(want)
  return {
    do: 'run',
    summary,
    script: input === undefined ? script : fed(script, input),
    codes: 'any',
    environment: want.context.environment,
    effects: [],
    scope: 'everything',
    act: { kind: 'unproved' },
  }
}

const inputOf = ({ stdin, stdin_add_newline: addNewline }: Running): string | undefined => {
  if (stdin === undefined || addNewline === false || stdin.endsWith('\n')) return stdin
  return `${stdin}\n`
}

/** A directory with its `~` left to the shell, which replaces it only where it is not quoted. */
const at = (directory: string): Words => {
  // The pattern lets nothing through that means something to a shell.
  const home = /^~[\w.-]*\/?/.exec(directory)?.[0] ?? ''
  const rest = directory.slice(home.length)
  return rest === '' ? constant(home) : sh`${constant(home)}${rest}`
}

/** At most so many characters of a command in a summary. */
const MOST = 120

/** A command as a summary shows it: one line, cut. */
export const shown = (command: string): string => {
  const line = command.replaceAll(/\s*\n\s*/g, '; ')
  return line.length > MOST ? `${line.slice(0, MOST)}…` : line
}
