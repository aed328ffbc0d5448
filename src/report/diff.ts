import type { BytesDiff, Diff, Field, FieldsDiff, NovelDiff, TextDiff } from '../core/diff.ts'
import { MASK } from '../core/secret.ts'
import { hideOld } from './oldsecrets.ts'
import { hunksOf } from './patch.ts'
import { savedLines } from './saveddiff.ts'

/** One line of a diff, by what it is, so that it can be coloured and cut. */
export type DiffLine =
  | { readonly kind: 'head' | 'place' | 'old' | 'new' | 'same' | 'note'; readonly text: string }
  | {
      readonly kind: 'field'
      readonly name: string
      readonly before: string
      readonly after: string
    }

/** A diff as text, without colour: unified for text, one line for each field, size and hash for bytes. */
export const renderDiff = (diff: Diff): string => diffLines(diff).map(textOf).join('\n')

/** A line of a diff as text. */
export const textOf = (line: DiffLine): string =>
  line.kind === 'field' ? `  ${line.name}: ${line.before} → ${line.after}` : line.text

/** A diff line by line; none where there is nothing to show. */
export const diffLines = (diff: Diff): readonly DiffLine[] => {
  const known = rendered.get(diff)
  if (known !== undefined) return known
  const lines = linesOf(diff)
  rendered.set(diff, lines)
  return lines
}

/** Diffs are compared before they are shown: each is made once. */
const rendered = new WeakMap<Diff, readonly DiffLine[]>()

const linesOf = (diff: Diff): readonly DiffLine[] => {
  switch (diff.kind) {
    case 'text':
      return textLines(diff)
    case 'fields':
      return fieldLines(diff)
    case 'bytes':
    case 'novel':
      return contentLines(diff)
    case 'lines':
      return savedLines(diff.lines)
  }
}

const textLines = (diff: TextDiff): readonly DiffLine[] => {
  const { path, before, after } = diff
  const attributes = attributeLines(diff)
  if (before !== null && before === after)
    return [{ kind: 'head', text: `${path}: only secrets differ` }, ...attributes]
  const hunks = hunksOf(before ?? '', after ?? '').flatMap(({ head, lines }): DiffLine[] => [
    { kind: 'place', text: head },
    ...lines.map(line => ({ kind: KINDS[line.charAt(0)] ?? 'same', text: line })),
  ])
  return [
    { kind: 'head', text: `--- ${before === null ? '/dev/null' : path}` },
    { kind: 'head', text: `+++ ${after === null ? '/dev/null' : path}` },
    ...attributes,
    ...hunks,
  ]
}

const KINDS: Readonly<Record<string, 'old' | 'new' | 'same' | 'note'>> = {
  '-': 'old',
  '+': 'new',
  ' ': 'same',
  '\\': 'note',
}

const fieldLines = ({ of, fields }: FieldsDiff): readonly DiffLine[] =>
  fields.length === 0 ? [] : [{ kind: 'head', text: of }, ...fields.map(fieldLine)]

const contentLines = (diff: BytesDiff | NovelDiff): readonly DiffLine[] => {
  const { path, before, after } = diff
  const content = { name: 'content', before: inWords(before), after: inWords(after) }
  return [{ kind: 'head', text: path }, fieldLine(content), ...attributeLines(diff)]
}

const inWords = (of: NovelDiff['after']): string | null => {
  if (of === null) return null
  return 'novel' in of ? `(new) ${of.novel}` : `${of.size} bytes, sha256 ${of.sha256.slice(0, 12)}`
}

/** What a file that comes or goes is, in one line; of one that stays, a line for what changes. */
const attributeLines = ({
  before,
  after,
  attributes = [],
}: TextDiff | BytesDiff | NovelDiff): readonly DiffLine[] => {
  if (before !== null && after !== null) return attributes.map(fieldLine)
  const word = before === null ? 'new' : 'removed'
  const known = attributes.flatMap(({ name, ...values }) => {
    const value = before === null ? values.after : values.before
    return value === null ? [] : [`${name} ${value}`]
  })
  return known.length === 0 ? [] : [{ kind: 'note', text: `${word} file: ${known.join(', ')}` }]
}

const NONE = '(none)'

const fieldLine = ({ name, before, after }: Field): DiffLine => {
  const isSecret = before !== null && after?.includes(MASK) === true
  return {
    kind: 'field',
    name: inOneLine(name),
    before: isSecret ? MASK : inOneLine(before === null ? NONE : hideOld(before)),
    after: inOneLine(after ?? NONE),
  }
}

const inOneLine = (text: string): string => text.replaceAll('\n', '\\n')
