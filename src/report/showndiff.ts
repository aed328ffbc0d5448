import type { Diff } from '../core/diff.ts'
import type { Paint } from './colour.ts'
import { diffLines, textOf, type DiffLine } from './diff.ts'
import { printableLine } from './printable.ts'

/** How much of a diff is shown: its beginning, or all of it. */
export type DiffLength = 'short' | 'full'

/** A diff of more lines is cut, and no more than a few lines are never left out. */
const MOST_LINES = 60
const SHOWN_LINES = 50
/** The same for a line's characters. */
const MOST_WIDTH = 500
const SHOWN_WIDTH = 400

/** A diff as terminals show it: escaped, coloured and, unless `full`, without the rest of a long one. */
export const shownDiff = (diff: Diff, length: DiffLength, paint: Paint): readonly string[] => {
  const all = diffLines(diff)
  const isCut = length === 'short' && all.length > MOST_LINES
  const shown = (isCut ? all.slice(0, SHOWN_LINES) : all).map(line =>
    paintLine(line, paint, length === 'full' ? Number.POSITIVE_INFINITY : MOST_WIDTH),
  )
  if (!isCut) return shown
  return [...shown, paint('dim', `… ${all.length - SHOWN_LINES} more lines; --diff=full shows all`)]
}

const paintLine = (line: DiffLine, paint: Paint, width: number): string => {
  const own = (text: string): string => cut(printableLine(text), width)
  switch (line.kind) {
    case 'head':
      return paint('bold', own(line.text))
    case 'place':
      return paint('cyan', own(line.text))
    case 'old':
      return paint('red', own(line.text))
    case 'new':
      return paint('green', own(line.text))
    case 'note':
      return paint('dim', own(line.text))
    case 'same':
      return own(line.text)
    case 'field':
      return textOf({
        kind: 'field',
        name: own(line.name),
        before: paint('red', own(line.before)),
        after: paint('green', own(line.after)),
      })
  }
}

const cut = (text: string, width: number): string =>
  text.length <= width
    ? text
    : `${text.slice(0, SHOWN_WIDTH)}… ${text.length - SHOWN_WIDTH} more characters`
