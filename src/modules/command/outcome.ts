import type { Outcome } from '../../core/change.ts'
import type { Result } from '../../core/module.ts'
import type { Output } from '../../core/wire.ts'

/** What Ansible's command modules register of a command that ran. */
export const commandResult = (
  cmd: unknown,
  [outcome]: readonly Outcome[],
  { strip, now }: { strip: boolean; now: Date },
): Result => {
  const output = outcome?.output
  if (output === undefined) return { cmd }
  const stdout = textOf(output.stdout, strip)
  const stderr = textOf(output.stderr, strip)
  return {
    cmd,
    rc: output.code,
    stdout,
    stderr,
    stdout_lines: linesOf(stdout),
    stderr_lines: linesOf(stderr),
    ...timesOf(output, now),
    ...(output.code === 0 ? { msg: '' } : { failed: true, msg: failure(output) }),
  }
}

/** What is registered when the command did not run. */
export const skippedResult = (reason: string, cmd: unknown): Result => ({
  rc: 0,
  cmd,
  stdout: reason,
  stderr: '',
  stdout_lines: [reason],
  stderr_lines: [],
  msg: `Did not run command since '${reason}'`,
})

const failure = ({ code, timedOut }: Output): string =>
  timedOut ? 'the time limit ended it' : `non-zero return code: ${code}`

const textOf = (bytes: Buffer, strip: boolean): string => {
  const text = bytes.toString('utf8')
  return strip ? text.replace(/[\r\n]+$/, '') : text
}

/** Lines without their ends; no empty one after the last end. */
const linesOf = (text: string): readonly string[] => {
  if (text === '') return []
  const lines = text.split(/\r\n|\r|\n/)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

/** The host measures how long it took; when it began is told by the run's own clock. */
const timesOf = ({ ms }: Output, now: Date): Result => {
  const start = now.getTime()
  return { start: stamp(start), end: stamp(start + ms), delta: duration(ms) }
}

const stamp = (time: number): string =>
  `${new Date(time).toISOString().slice(0, 23).replace('T', ' ')}000`

const duration = (ms: number): string => {
  const whole = (unit: number, size: number): number => Math.floor(ms / unit) % size
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(ms / 3_600_000)
  const micro = String(Math.floor(ms % 1000) * 1000).padStart(6, '0')
  return `${hours}:${two(whole(60_000, 60))}:${two(whole(1000, 60))}.${micro}`
}
