import { UserError } from '../../core/error.ts'

/**
 * Splits a command line into words as a POSIX shell does, with quotes and backslashes but without
 * expansion: `$HOME`, `*` and `|` are words like any other.
 */
export const splitWords = (line: string): readonly string[] => {
  const words: string[] = []
  const pattern = /\s+|(?:[^\s"'\\]+|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")+/gy
  while (pattern.lastIndex < line.length) {
    const at = pattern.lastIndex
    const found = pattern.exec(line)?.[0]
    if (found === undefined)
      throw new UserError('E_QUOTES', `a quote is not closed: ${line.slice(at)}`)
    if (found.trim() !== '') words.push(unquote(found))
  }
  return words
}

const unquote = (word: string): string =>
  word.replaceAll(
    /\\([\s\S])|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"/g,
    (_, escaped?: string, single?: string, double?: string) =>
      escaped ?? single ?? (double ?? '').replaceAll(/\\(["\\$`])/g, '$1'),
  )
