import type { DiffLine } from './diff.ts'

/** The lines of a diff that was rendered before, by what they are: as `renderDiff` gives them. */
export const savedLines = (lines: readonly string[]): readonly DiffLine[] => {
  const isText = lines[0]?.startsWith('--- ') === true
  const firstPlace = lines.findIndex(line => isText && line.startsWith('@@ '))
  return lines.map((text, index): DiffLine => {
    if (firstPlace >= 0 && index >= firstPlace)
      return { kind: KINDS[text.charAt(0)] ?? 'same', text }
    if (index === 0 || (isText && index === 1)) return { kind: 'head', text }
    return fieldIn(text) ?? { kind: 'note', text }
  })
}

const KINDS: Readonly<Record<string, 'place' | 'old' | 'new' | 'note'>> = {
  '@': 'place',
  '-': 'old',
  '+': 'new',
  '\\': 'note',
}

const fieldIn = (text: string): DiffLine | undefined => {
  const [, name, before, after] = /^ {2}(.+?): (.*?) \u2192 (.*)$/s.exec(text) ?? []
  return name === undefined || before === undefined || after === undefined
    ? undefined
    : { kind: 'field', name, before, after }
}
