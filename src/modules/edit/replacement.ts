import { pythonRegex, searchFrom, substitute } from '../../core/regex.ts'
import type { Edited } from '../edit.ts'

/** What `replace` is asked for. */
export interface ReplaceWant {
  readonly regexp: string
  readonly replace: string
  readonly after: string | undefined
  readonly before: string | undefined
}

/** The text with every match replaced, in the part that `after` and `before` leave. */
export const replaceAll = (text: string, want: ReplaceWant): Edited => {
  const [from, to] = section(text, want)
  if (from < 0)
    return { text, message: 'Pattern for before/after params did not match the given file' }
  const regex = pythonRegex(want.regexp, { multiline: true })
  const { text: middle, count } = substitute(regex, text.slice(from, to), {
    template: want.replace,
  })
  const next = `${text.slice(0, from)}${middle}${text.slice(to)}`
  return { text: next, message: next === text ? '' : `${count} replacements made` }
}

/** Where the part begins and ends; -1 when it is not there. */
const section = (text: string, { after, before }: ReplaceWant): readonly [number, number] => {
  const dotAll = { dotAll: true }
  const opening = after === undefined ? null : searchFrom(pythonRegex(after, dotAll), text)
  if (after !== undefined && opening === null) return [-1, -1]
  const from = opening === null ? 0 : opening.index + opening[0].length
  if (before === undefined) return [from, text.length]
  const closing = searchFrom(pythonRegex(before, dotAll), text, from)
  return closing === null ? [-1, -1] : [from, closing.index]
}
