import { UserError } from './error.ts'
import { Translation } from './regex/translation.ts'

/** Flags that Python's `re` takes beside the pattern. */
export interface PythonFlags {
  readonly ignoreCase?: boolean
  readonly multiline?: boolean
  readonly dotAll?: boolean
}

/**
 * A regular expression of Python's `re` as one of JavaScript's, with the same matches: global, so
 * that `lastIndex` says where to search. Throws UserError for what JavaScript has no equal of.
 */
export const pythonRegex = (pattern: string, flags: PythonFlags = {}): RegExp => {
  try {
    const { source, ignoreCase } = new Translation(pattern, flags).run()
    return new RegExp(source, ignoreCase ? 'giu' : 'gu')
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new UserError('E_REGEX', `"${pattern}" is no regular expression: ${error.message}`, {
      hint: 'it is read as Python reads it; a backslash in double-quoted YAML has to be doubled',
      cause: error,
    })
  }
}

/** The first match at or after a place; null without. */
export const searchFrom = (regex: RegExp, text: string, from = 0): RegExpExecArray | null => {
  regex.lastIndex = from
  return regex.exec(text)
}

/** What a template with `\1` and `\g<name>` becomes for a match, as Python's `Match.expand`. */
export const expandTemplate = (template: string, match: RegExpExecArray): string =>
  template.replaceAll(
    /\\(?:g<(\w+)>|([1-9]\d?)|(0[0-7]{0,2})|([\s\S]))/g,
    (whole, name?: string, number?: string, octal?: string, letter?: string) => {
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8))
      const group = name ?? number
      if (group !== undefined) return groupOf(match, group)
      return escapeOf(letter ?? '', whole)
    },
  )

const groupOf = (match: RegExpExecArray, group: string): string => {
  const isNumber = /^\d+$/.test(group)
  if (isNumber ? Number(group) >= match.length : !(group in (match.groups ?? {})))
    throw new UserError(
      'E_REGEX',
      `the replacement names a group "${group}" that the pattern lacks`,
    )
  return (isNumber ? match[Number(group)] : match.groups?.[group]) ?? ''
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
}

const escapeOf = (letter: string, whole: string): string => {
  const meaning = ESCAPES[letter]
  if (meaning !== undefined) return meaning
  if (!/[A-Za-z]/.test(letter)) return whole
  throw new UserError('E_REGEX', `the replacement holds "${whole}", which means nothing`, {
    hint: 'a backslash that is meant is written as two',
  })
}

/** Replaces every match, as Python's `re.subn`, and counts them; at most `limit` where given. */
export const substitute = (
  regex: RegExp,
  text: string,
  { template, limit = Infinity }: { template: string; limit?: number },
): { readonly text: string; readonly count: number } => {
  const parts: string[] = []
  let [at, count] = [0, 0]
  for (const match of text.matchAll(regex)) {
    if (count >= limit) break
    parts.push(text.slice(at, match.index), expandTemplate(template, match))
    at = match.index + match[0].length
    count++
  }
  return { text: `${parts.join('')}${text.slice(at)}`, count }
}
