import { formatError, UserError } from '../core/error.ts'
import { paintFor } from '../report/colour.ts'
import { printable } from '../report/printable.ts'
import { redactor } from './secrets.ts'

/** An error as a terminal may show it. */
export const shownError = (error: UserError): string => forTerminal(formatError(error))

/** Any text, without secrets and without what a terminal would obey. */
export const forTerminal = (text: string): string => printable(redactor.redact(text))

/** Writes mistakes or warnings to standard error, each with its place, its code and its hint. */
export const reportMistakes = (mistakes: readonly UserError[], kind: 'error' | 'warning'): void => {
  const paint = paintFor(process.stderr, process.env)
  for (const mistake of mistakes) {
    const text = shownError(mistake)
    process.stderr.write(
      kind === 'error' ? `${text}\n` : `${paint('yellow', 'warning:')} ${text}\n`,
    )
  }
  const count = mistakes.length
  if (kind === 'error' && count > 1)
    process.stderr.write(`${count} mistakes; nothing was connected to\n`)
}
