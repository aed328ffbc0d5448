import { looksLikeTemplate } from '../language/load/text.ts'
import { TemplateText, type Raw } from '../language/value.ts'
import type { Position } from '../core/error.ts'

/**
 * A value of an INI inventory: a Python literal (`5`, `True`, `[1, 'a']`, `{'k': 1}`) if it reads
 * as one, else text.
 */
export const iniValue = (text: string, at: Position): Raw => {
  const literal = new LiteralReader(text, at).whole()
  if (literal !== undefined) return literal
  return textOrTemplate(text, at)
}

const textOrTemplate = (text: string, at: Position): Raw =>
  looksLikeTemplate(text) ? new TemplateText(text, at) : text

const WORDS = new Map<string, Raw>([
  ['True', true],
  ['False', false],
  ['None', null],
])
const NUMBER =
  /[-+]?(?:0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?)/y
const WORD = /[A-Za-z_]\w*/y
const STRING = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/y

/** Reads one Python literal; undefined means that the text is none. */
class LiteralReader {
  readonly #text: string
  readonly #at: Position
  #offset = 0

  constructor(text: string, at: Position) {
    this.#text = text
    this.#at = at
  }

  whole(): Raw | undefined {
    const value = this.#value()
    this.#skipSpace()
    return this.#offset === this.#text.length ? value : undefined
  }

  #value(): Raw | undefined {
    this.#skipSpace()
    const first = this.#text[this.#offset]
    if (first === '[') return this.#list(']')
    if (first === '(') return this.#list(')')
    if (first === '{') return this.#dictionary()
    if (first === "'" || first === '"') return this.#string()
    const word = this.#match(WORD)
    if (word) return WORDS.get(word[0])
    const number = this.#match(NUMBER)
    return number && numberOf(number[0])
  }

  #string(): Raw | undefined {
    const match = this.#match(STRING)
    const inner = match && (match[1] ?? match[2])
    if (inner === undefined) return undefined
    return textOrTemplate(
      inner.replace(/\\(.)/g, (_, escaped: string) => unescape(escaped)),
      this.#at,
    )
  }

  #list(close: string): Raw | undefined {
    const items: Raw[] = []
    this.#offset += 1
    while (!this.#take(close)) {
      const item = this.#value()
      if (item === undefined) return undefined
      items.push(item)
      if (!this.#take(',') && !this.#isAt(close)) return undefined
    }
    return items
  }

  #dictionary(): Raw | undefined {
    const entries = new Map<string | number | boolean | null, Raw>()
    this.#offset += 1
    while (!this.#take('}')) {
      const key = this.#value()
      if (key === undefined || typeof key === 'object' || !this.#take(':')) return undefined
      const value = this.#value()
      if (value === undefined) return undefined
      entries.set(key, value)
      if (!this.#take(',') && !this.#isAt('}')) return undefined
    }
    return entries
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#offset
    const match = pattern.exec(this.#text)
    if (match) this.#offset = pattern.lastIndex
    return match ?? undefined
  }

  #isAt(character: string): boolean {
    this.#skipSpace()
    return this.#text[this.#offset] === character
  }

  #take(character: string): boolean {
    if (!this.#isAt(character)) return false
    this.#offset += 1
    return true
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#offset] ?? '')) this.#offset += 1
  }
}

// `0644` is no Python literal, so it stays text.
const numberOf = (text: string): number | undefined => {
  if (/^[-+]?0\d/.test(text)) return undefined
  const sign = text.startsWith('-') ? -1 : 1
  return sign * Number(text.replace(/^[-+]/, ''))
}

const unescape = (escaped: string): string =>
  ({ n: '\n', t: '\t', r: '\r', "'": "'", '"': '"', '\\': '\\' })[escaped] ?? `\\${escaped}`
