import type { Position } from '../../core/error.ts'
import { TemplateText, type Segment } from '../value.ts'

/** Whether Jinja has anything to do in a text. */
export const looksLikeTemplate = (text: string): boolean =>
  text.includes('{') && /\{[{%#]/.test(text)

/** Where a scalar stands: its file's source, and the offsets of its first and last characters. */
export interface Span {
  readonly source: string
  readonly start: number
  readonly end: number
  readonly place: (offset: number) => Position
}

/** The template in a scalar, with the place of each of its lines. */
export const templateText = (value: string, span: Span): TemplateText => {
  const segments = segmentsOf(value, span)
  const first = segments[0]
  const at = first ? { file: span.place(span.start).file, ...placeOf(first) } : openingPlace(span)
  return new TemplateText(value, at, segments)
}

const placeOf = ({ line, column }: Segment): { line: number; column: number } => ({ line, column })

const openingPlace = (span: Span): Position =>
  span.place(/^['"]/.test(span.source.charAt(span.start)) ? span.start + 1 : span.start)

// Folding and quotes change only what is between the lines, so each line of the source, stripped,
// is looked for in the value from where the last one ended. One with escapes is not found: places
// in it count from the line before.
const segmentsOf = (value: string, { source, start, end, place }: Span): readonly Segment[] => {
  const segments: Segment[] = []
  let lineStart = start
  let cursor = 0
  for (const line of source.slice(start, end).split('\n')) {
    const stripped = strip(line, lineStart === start)
    const content = line.trim() === '' ? '' : stripped.content
    const offset = content === '' ? -1 : value.indexOf(content, cursor)
    if (offset !== -1) {
      const { line: number, column } = place(lineStart + stripped.skipped)
      segments.push({ offset, line: number, column })
      cursor = offset + content.length
    }
    lineStart += line.length + 1
  }
  return segments[0]?.offset === 0 ? segments : withStart(segments, value, start, place)
}

const strip = (line: string, isFirst: boolean): { content: string; skipped: number } => {
  const withoutLead = line.replace(isFirst ? /^(?:[|>][-+\d]*\s*(?:#.*)?$|['"])?\s*/ : /^\s+/, '')
  const content = withoutLead.replace(/\s*['"]?\s*$/, '')
  return { content, skipped: line.length - withoutLead.length }
}

// The value begins with spaces, an empty line or an escape: count back from the first line found.
const withStart = (
  segments: readonly Segment[],
  value: string,
  start: number,
  place: (offset: number) => Position,
): readonly Segment[] => {
  const [first] = segments
  if (first === undefined) return []
  const before = value.slice(0, first.offset)
  if (before.trim() === '' && !before.includes('\n'))
    return [{ offset: 0, line: first.line, column: first.column - first.offset }, ...segments]
  const { line, column } = place(start)
  return [{ offset: 0, line, column }, ...segments]
}
