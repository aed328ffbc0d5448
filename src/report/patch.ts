import { structuredPatch } from 'diff'
import { MASK } from './redact.ts'

/** Lines around a change, as `diff -u` shows them. */
const CONTEXT = 3
/** Beyond so many differing lines finding the fewest takes too long: all is shown as replaced. */
const MOST_EDITS = 1000

/** A place of a file that changes. */
export interface Hunk {
  /** `@@ -1,3 +1,4 @@`. */
  readonly head: string
  /** Each with ` `, `-`, `+` or `\` before it, and without its end. */
  readonly lines: readonly string[]
}

/** The places where two texts differ. */
export const hunksOf = (before: string, after: string): readonly Hunk[] => {
  const options = { context: CONTEXT, maxEditLength: MOST_EDITS }
  const patch = structuredPatch('', '', before, after, '', '', options)
  if (patch === undefined) return [replaced(before, after)]
  return patch.hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
    head: headOf([oldStart, oldLines], [newStart, newLines]),
    lines: withoutOldSecrets(lines),
  }))
}

type Range = readonly [start: number, count: number]

const headOf = (old: Range, next: Range): string => `@@ -${rangeOf(old)} +${rangeOf(next)} @@`

/** No lines at all stand after the line before them, as `patch` reads it. */
const rangeOf = ([start, count]: Range): string => `${count === 0 ? start - 1 : start},${count}`

const replaced = (before: string, after: string): Hunk => {
  const [old, next] = [prefixed('-', before), prefixed('+', after)]
  const countOf = (lines: readonly string[]): number => lines.filter(line => line !== NO_END).length
  return {
    head: headOf([1, countOf(old)], [1, countOf(next)]),
    lines: withoutOldSecrets([...old, ...next]),
  }
}

const NO_END = '\\ No newline at end of file'

const prefixed = (sign: string, text: string): readonly string[] => {
  const lines = text.split('\n').map(line => `${sign}${line}`)
  return text.endsWith('\n') ? lines.slice(0, -1) : [...lines, NO_END]
}

/**
 * A secret that has been replaced is nowhere registered: where new lines hold a mask, the old lines
 * of the same place are hidden from where the new ones' secrets begin, or as a whole.
 */
const withoutOldSecrets = (lines: readonly string[]): readonly string[] => {
  const result = [...lines]
  for (let start = 0; start < lines.length; start++) {
    let end = start
    while (isOld(lines[end]) || isNew(lines[end])) end++
    const block = lines.slice(start, end)
    const heads = block.filter(isNew).flatMap(headOfMask)
    const old = block.filter(isOld)
    const whole = heads.some(head => !old.some(line => line.startsWith(head, 1)))
    for (const [i, line] of block.entries())
      if (isOld(line)) result[start + i] = hidden(line, whole ? [''] : heads)
    start = end
  }
  return result
}

const isOld = (line: string | undefined): boolean => line?.startsWith('-') === true
const isNew = (line: string | undefined): boolean => line?.startsWith('+') === true

const headOfMask = (line: string): string[] => {
  const at = line.indexOf(MASK)
  return at < 0 ? [] : [line.slice(1, at).trimEnd()]
}

const hidden = (line: string, heads: readonly string[]): string => {
  const head = heads.find(one => line.startsWith(one, 1))
  return head === undefined ? line : `-${head}${MASK}`
}
