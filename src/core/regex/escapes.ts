/** Python's `\w` for text: letters and digits of any script, and the underscore. */
export const WORD = '[\\p{L}\\p{N}_]'

/** Python's categories, which are Unicode's. */
export const CLASS_ESCAPES: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  w: WORD,
  W: '[^\\p{L}\\p{N}_]',
  s: '[\\s\\x1c-\\x1f]',
  S: '[^\\s\\x1c-\\x1f]',
}

/** Characters that mean nothing but themselves. */
export const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, escapeOne)

const escapeOne = (char: string): string => (char === '-' ? '\\x2d' : `\\${char}`)

const LETTERS: Readonly<Record<string, string>> = {
  a: '\\x07',
  f: '\\f',
  n: '\\n',
  r: '\\r',
  t: '\\t',
  v: '\\v',
}

/** An escape for one character: `\x41`, `\u00e9`, octal, a letter's, or punctuation as it is. */
export const escaped = (found: RegExpExecArray): string => {
  const [whole, short, long, full, octal, letter = ''] = found
  const hex = short ?? long ?? full
  if (hex !== undefined) return `\\u{${hex}}`
  if (octal !== undefined) return `\\u{${parseInt(octal, 8).toString(16)}}`
  const meaning = LETTERS[letter]
  if (meaning !== undefined) return meaning
  if (/[A-Za-z]/.test(letter)) throw new SyntaxError(`"${whole}" means nothing`)
  return literal(letter)
}
