import { formatError, UserError } from '../core/error.ts'
import { paintFor } from '../report/colour.ts'
import { printable } from '../report/printable.ts'
import type { Redactor } from '../report/redact.ts'

/** Writes mistakes or warnings to standard error, each with its place, its code and its hint. */
export const reportMistakes = (
  mistakes: readonly UserError[],
  kind: 'error' | 'warning',
  redactor: Redactor,
): void => {
  const paint = paintFor(process.stderr, process.env)
  for (const mistake of mistakes) {
    const text = redactor.redact(printable(formatError(mistake)))
    process.stderr.write(
      kind === 'error' ? `${text}\n` : `${paint('yellow', 'warning:')} ${text}\n`,
    )
  }
  const count = mistakes.length
  if (kind === 'error' && count > 1)
    process.stderr.write(`${count} mistakes; nothing was connected to\n`)
}
