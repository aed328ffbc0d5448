import type { Source } from './source.ts'
import type { Token } from './token.ts'

const SPACE = /\s+/y
const NAME = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}_]*/uy
const FLOAT = /\d(?:_?\d)*(?:\.\d(?:_?\d)*(?:[eE][+-]?\d(?:_?\d)*)?|[eE][+-]?\d(?:_?\d)*)/y
const INTEGER =
  /0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[\da-fA-F])+|[1-9](?:_?\d)*|0(?:_?0)*/y
const STRING = /'([^'\\]*(?:\\[\s\S][^'\\]*)*)'|"([^"\\]*(?:\\[\s\S][^"\\]*)*)"/y
const OPERATOR = /\*\*|\/\/|[=!<>]=|[-+*/%~<>|()[\]{}.,:=]/y
const CLOSING = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
])

/** How the expression that is being read ends, and which marks may stand before it. */
export interface Ending {
  readonly text: '}}' | '%}'
  readonly marks: string
}

/** Where an expression ended: `next` is the offset behind the ending, `mark` its `-` or `+`. */
export interface Ended {
  readonly next: number
  readonly mark: string
}

const match = (pattern: RegExp, text: string, offset: number): RegExpExecArray | null => {
  pattern.lastIndex = offset
  return pattern.exec(text)
}

/** Reads the tokens of one expression into `tokens`, up to `ending` or the end of the source. */
export const lexExpression = (
  source: Source,
  start: number,
  ending: Ending | undefined,
  tokens: Token[],
): Ended => {
  const { text } = source
  const brackets: string[] = []
  let offset = start
  for (;;) {
    offset += match(SPACE, text, offset)?.[0].length ?? 0
    if (offset >= text.length) {
      if (ending) source.fail(offset, `unexpected end of the template, expected '${ending.text}'`)
      if (brackets.length > 0) source.fail(offset, `expected '${brackets.at(-1) ?? ''}'`)
      return { next: offset, mark: '' }
    }
    // Inside brackets `}}` closes dictionaries.
    const ended = ending && brackets.length === 0 ? endsAt(text, offset, ending) : undefined
    if (ended) {
      tokens.push({ kind: 'end', value: ending?.text ?? '', offset })
      return ended
    }
    const keepsBackslashes = source.keepsBackslashes && ending?.text === '}}'
    const [token, length] = nextToken(source, offset, { previous: tokens.at(-1), keepsBackslashes })
    if (token.kind === 'operator') balance(source, token, brackets)
    tokens.push(token)
    offset += length
  }
}

const endsAt = (text: string, offset: number, ending: Ending): Ended | undefined => {
  const first = text.charAt(offset)
  const mark = ending.marks.includes(first) ? first : ''
  return text.startsWith(ending.text, offset + mark.length)
    ? { next: offset + mark.length + ending.text.length, mark }
    : undefined
}

const balance = (source: Source, { value, offset }: Token, brackets: string[]): void => {
  const closing = CLOSING.get(value)
  if (closing !== undefined) brackets.push(closing)
  else if (')]}'.includes(value)) {
    const expected = brackets.pop()
    if (expected !== value)
      source.fail(offset, `unexpected '${value}'${expected ? `, expected '${expected}'` : ''}`)
  }
}

const nextToken = (
  source: Source,
  offset: number,
  { previous, keepsBackslashes }: { previous: Token | undefined; keepsBackslashes: boolean },
): readonly [Token, number] => {
  const { text } = source
  const name = match(NAME, text, offset)
  if (name) return [{ kind: 'name', value: name[0], offset }, name[0].length]
  // `a.0.5` is two items, not the item 0.5.
  const afterDot = previous?.kind === 'operator' && previous.value === '.'
  const float = afterDot ? null : match(FLOAT, text, offset)
  if (float)
    return [{ kind: 'float', value: float[0].replaceAll('_', ''), offset }, float[0].length]
  const integer = match(INTEGER, text, offset)
  if (integer)
    return [{ kind: 'integer', value: integer[0].replaceAll('_', ''), offset }, integer[0].length]
  const string = match(STRING, text, offset)
  if (string) {
    const raw = string[1] ?? string[2] ?? ''
    const value = keepsBackslashes ? raw.replace(/\\(['"])/g, '$1') : unescapeString(raw)
    return [{ kind: 'string', value, offset }, string[0].length]
  }
  const operator = match(OPERATOR, text, offset)
  if (operator) return [{ kind: 'operator', value: operator[0], offset }, operator[0].length]
  const quote = /['"]/.test(text.charAt(offset))
  return source.fail(
    offset,
    quote ? 'the string is not closed' : `unexpected character '${text.charAt(offset)}'`,
  )
}

const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g
const SIMPLE_ESCAPES = new Map(
  Object.entries({
    '\n': '',
    '\\': '\\',
    "'": "'",
    '"': '"',
    a: '\x07',
    b: '\b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
  }),
)

// Python keeps the backslash of an escape that it does not know: '\.' is two characters.
const unescapeString = (raw: string): string =>
  raw.replace(ESCAPE, (whole, ...groups: (string | undefined)[]) => {
    const [hex2, hex4, hex8, octal, other = ''] = groups
    const hex = hex2 ?? hex4 ?? hex8
    const code = hex === undefined ? parseInt(octal ?? '', 8) : parseInt(hex, 16)
    if (Number.isNaN(code)) return SIMPLE_ESCAPES.get(other) ?? whole
    return code > 0x10ffff ? whole : String.fromCodePoint(code)
  })
