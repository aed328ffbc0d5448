import type { Position } from '../../core/error.ts'
import { TemplateText, type Raw } from '../value.ts'
import { looksLikeTemplate } from './text.ts'

/** A word of a `key=value` text: its place in the text, without the blanks around it. */
interface Word {
  readonly start: number
  readonly end: number
}

/** Where text from a file may be cut into pieces that keep their places. */
export interface FreeText {
  readonly text: TemplateText
  /** False for a text that is never a template (`!unsafe`). */
  readonly mayBeTemplate: boolean
}

/** Cuts at blanks that stand in no quotes and in no template. */
const words = (source: string): readonly Word[] => {
  const found: Word[] = []
  const pattern = /(?:\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\S)+/gs
  for (const match of source.matchAll(pattern))
    found.push({ start: match.index, end: match.index + match[0].length })
  return found
}

/** A `key=value` with the place of its key. */
export interface Pair {
  readonly key: string
  readonly at: Position
  readonly value: Raw
}

/** Splits `a=1 text b="x y"` into the pairs whose key is wanted and the text that is left. */
export const splitPairs = (
  free: FreeText,
  isWanted: (key: string) => boolean,
): { readonly pairs: readonly Pair[]; readonly rest: Raw | undefined } => {
  const { source } = free.text
  const pairs: Pair[] = []
  const kept: Word[] = []
  for (const word of words(source)) {
    const key = /^(\w+)=/.exec(source.slice(word.start, word.end))?.[1]
    if (key === undefined || !isWanted(key)) kept.push(word)
    else pairs.push(pairOf(free, word, key))
  }
  if (pairs.length === 0) return { pairs, rest: piece(free, { start: 0, end: source.length }) }
  return { pairs, rest: remainder(free, kept) }
}

const pairOf = (free: FreeText, { start, end }: Word, key: string): Pair => {
  const value = { start: start + key.length + 1, end }
  const quote = free.text.source[value.start]
  const isQuoted =
    (quote === '"' || quote === "'") && end - value.start > 1 && free.text.source[end - 1] === quote
  const inner = isQuoted ? { start: value.start + 1, end: end - 1 } : value
  return { key, at: placeOf(free.text, start), value: piece(free, inner) }
}

// Free text keeps its own blanks where the pairs stand before or behind it, as they usually do.
const remainder = (free: FreeText, kept: readonly Word[]): Raw | undefined => {
  const [first] = kept
  const last = kept.at(-1)
  if (first === undefined || last === undefined) return undefined
  const { source } = free.text
  const whole = words(source).filter(word => word.start >= first.start && word.end <= last.end)
  if (whole.length === kept.length) return piece(free, { start: first.start, end: last.end })
  const joined = kept.map(({ start, end }) => source.slice(start, end)).join(' ')
  return free.mayBeTemplate && looksLikeTemplate(joined)
    ? new TemplateText(joined, placeOf(free.text, first.start))
    : joined
}

const piece = (free: FreeText, { start, end }: Word): Raw => {
  const text = free.text.source.slice(start, end)
  if (!free.mayBeTemplate || !looksLikeTemplate(text)) return text
  if (start === 0 && end === free.text.source.length) return free.text
  return new TemplateText(text, placeOf(free.text, start))
}

const placeOf = (text: TemplateText, offset: number): Position => {
  const before = text.source.slice(0, offset)
  const line = before.split('\n').length
  return text.place(line, offset - (before.lastIndexOf('\n') + 1) + 1)
}
