import { joinLines, linesOf, type Edited } from '../edit.ts'
import { placeFor } from './line.ts'

/** What `blockinfile` is asked for. */
export interface BlockWant {
  readonly block: string
  readonly marker: string
  readonly marker_begin: string
  readonly marker_end: string
  readonly insertafter: string | undefined
  readonly insertbefore: string | undefined
  readonly append_newline: boolean
  readonly prepend_newline: boolean
}

/** The text with the block between its markers; an empty block is taken out with them. */
export const withBlock = (text: string, want: BlockWant): Edited => {
  const lines = linesOf(text)
  const [first, last] = [markerOf(want, want.marker_begin), markerOf(want, want.marker_end)]
  const found = [lines.lastIndexOf(first), lines.lastIndexOf(last)].sort((a, b) => a - b)
  const [from = -1, to = -1] = found
  const isThere = from >= 0
  if (want.block === '' && !isThere) return { text, message: '' }
  const rest = isThere ? lines.toSpliced(from, to - from + 1) : lines
  const at = isThere ? from : placeFor(rest, { ...want, firstmatch: false })
  const block = want.block === '' ? [] : [first, ...linesOf(want.block), last]
  const next = joinLines(rest.toSpliced(at, 0, ...spaced(block, rest, { at, want })))
  if (next === text || next === `${text}\n`) return { text, message: '' }
  return { text: next, message: messageOf(isThere, want.block) }
}

const markerOf = ({ marker }: BlockWant, mark: string): string => marker.replaceAll('{mark}', mark)

/** Empty lines around the block, where they are wanted and not there yet. */
const spaced = (
  block: readonly string[],
  rest: readonly string[],
  { at, want }: { at: number; want: BlockWant },
): readonly string[] => {
  if (block.length === 0) return block
  const before = want.prepend_newline && at > 0 && rest[at - 1] !== '' ? [''] : []
  const after = want.append_newline && at < rest.length && rest[at] !== '' ? [''] : []
  return [...before, ...block, ...after]
}

const messageOf = (isThere: boolean, block: string): string => {
  if (block === '') return 'Block removed'
  return isThere ? 'Block updated' : 'Block inserted'
}
