import { structuredPatch, type StructuredPatchHunk } from 'diff'
import { headsOfMasks, withoutOldSecrets } from './oldsecrets.ts'

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
  const heads = headsOfMasks(after)
  const hunks = patch?.hunks.map(hunkOf) ?? [replaced(before, after)]
  return hunks.map(({ head, lines }) => ({ head, lines: withoutOldSecrets(lines, heads) }))
}

const hunkOf = (found: StructuredPatchHunk): Hunk => ({
  head: headOf([found.oldStart, found.oldLines], [found.newStart, found.newLines]),
  lines: found.lines,
})

type Range = readonly [start: number, count: number]

const headOf = (old: Range, next: Range): string => `@@ -${rangeOf(old)} +${rangeOf(next)} @@`

/** No lines at all stand after the line before them, as `patch` reads it. */
const rangeOf = ([start, count]: Range): string => `${count === 0 ? start - 1 : start},${count}`

const replaced = (before: string, after: string): Hunk => {
  const [old, next] = [prefixed('-', before), prefixed('+', after)]
  const countOf = (lines: readonly string[]): number => lines.filter(line => line !== NO_END).length
  return {
    head: headOf([1, countOf(old)], [1, countOf(next)]),
    lines: [...old, ...next],
  }
}

const NO_END = '\\ No newline at end of file'

const prefixed = (sign: string, text: string): readonly string[] => {
  const lines = text.split('\n').map(line => `${sign}${line}`)
  return text.endsWith('\n') ? lines.slice(0, -1) : [...lines, NO_END]
}
