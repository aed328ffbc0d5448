import { expandTemplate, pythonRegex, searchFrom } from '../../core/regex.ts'
import { joinLines, linesOf, type Edited } from '../edit.ts'

/** What `lineinfile` is asked for. */
export interface LineWant {
  readonly line: string | undefined
  readonly regexp: string | undefined
  readonly search_string: string | undefined
  readonly insertafter: string | undefined
  readonly insertbefore: string | undefined
  readonly backrefs: boolean
  readonly firstmatch: boolean
}

/**
 * The line stands in the text: in place of the last one that matches, else it is there already, else
 * it goes where `insertafter` and `insertbefore` say.
 */
export const presentLine = (text: string, want: LineWant): Edited => {
  const lines = linesOf(text)
  const line = want.line ?? ''
  const at = lines.findLastIndex(matcher(want))
  if (at >= 0) return replaced(text, lines, { at, line: expanded(lines[at] ?? '', line, want) })
  if (want.backrefs) return { text, message: '' }
  if (lines.includes(line)) return { text, message: '' }
  return { text: joinLines(lines.toSpliced(placeFor(lines, want), 0, line)), message: 'line added' }
}

const replaced = (
  text: string,
  lines: readonly string[],
  { at, line }: { at: number; line: string },
): Edited =>
  lines[at] === line
    ? { text, message: '' }
    : { text: joinLines(lines.with(at, line)), message: 'line replaced' }

const expanded = (old: string, line: string, { backrefs, regexp }: LineWant): string => {
  if (!backrefs || regexp === undefined) return line
  const match = searchFrom(pythonRegex(regexp), old)
  return match === null ? line : expandTemplate(line, match)
}

const matcher = ({ regexp, search_string: literal }: LineWant): ((line: string) => boolean) => {
  if (regexp !== undefined) return found(regexp)
  if (literal !== undefined) return line => line.includes(literal)
  return () => false
}

const found = (regexp: string): ((line: string) => boolean) => {
  const regex = pythonRegex(regexp)
  return line => searchFrom(regex, line) !== null
}

/** Where a new line goes: `BOF` the top, `EOF` or no match the end. */
export const placeFor = (
  lines: readonly string[],
  want: Pick<LineWant, 'insertafter' | 'insertbefore' | 'firstmatch'>,
): number => {
  const { insertafter: after, insertbefore: before } = want
  if (before === 'BOF' || after === 'BOF') return 0
  const regexp = before ?? after
  if (regexp === undefined || regexp === 'EOF') return lines.length
  const matches = found(regexp)
  const at = want.firstmatch ? lines.findIndex(matches) : lines.findLastIndex(matches)
  if (at < 0) return lines.length
  return before === undefined ? at + 1 : at
}

/** No line of the text matches. */
export const absentLine = (text: string, want: LineWant): Edited => {
  const lines = linesOf(text)
  const isNamed = want.regexp === undefined && want.search_string === undefined
  const matches = isNamed ? (line: string) => line === want.line : matcher(want)
  const left = lines.filter(line => !matches(line))
  const count = lines.length - left.length
  if (count === 0) return { text, message: '' }
  return { text: endedAs(text, left), message: `${count} line(s) removed` }
}

const endedAs = (text: string, lines: readonly string[]): string =>
  text.endsWith('\n') ? joinLines(lines) : lines.join('\n')
