import { lexExpression } from './expressionlexer.ts'
import type { Source, Whitespace } from './source.ts'
import type { Token } from './token.ts'

const OPENING = /\{\{|\{%|\{#/g
const RAW = /\s*raw\s*(-?)%\}/y
const END_RAW = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/g

/** The tokens of a template. */
export const lexTemplate = (source: Source, whitespace: Whitespace): Token[] =>
  new TemplateLexer(source, whitespace).lex()

/** The tokens of a bare expression. */
export const lexBareExpression = (source: Source): Token[] => {
  const tokens: Token[] = []
  lexExpression(source, 0, undefined, tokens)
  tokens.push({ kind: 'eof', value: '', offset: source.text.length })
  return tokens
}

class TemplateLexer {
  readonly #source: Source
  readonly #text: string
  readonly #whitespace: Whitespace
  readonly #tokens: Token[] = []
  #offset = 0

  constructor(source: Source, whitespace: Whitespace) {
    this.#source = source
    this.#whitespace = whitespace
    const { text } = source
    const cut = !whitespace.keepTrailingNewline && text.endsWith('\n')
    this.#text = cut ? text.slice(0, -1) : text
  }

  lex(): Token[] {
    while (this.#offset < this.#text.length) {
      OPENING.lastIndex = this.#offset
      const opening = OPENING.exec(this.#text)
      if (!opening) {
        this.#pushText(this.#text.slice(this.#offset))
        break
      }
      this.#tag(opening[0], opening.index)
    }
    this.#tokens.push({ kind: 'eof', value: '', offset: this.#text.length })
    return this.#tokens
  }

  #tag(opening: string, at: number): void {
    const next = this.#text.charAt(at + 2)
    const mark = next === '-' || next === '+' ? next : ''
    this.#pushText(this.#stripBefore(this.#offset, at, mark, opening !== '{{'))
    this.#offset = at + 2 + mark.length
    if (opening === '{#') this.#comment(at)
    else if (opening === '{{') this.#expression('beginOutput', at)
    else if (!this.#raw(at)) this.#expression('beginTag', at)
  }

  #expression(kind: 'beginOutput' | 'beginTag', at: number): void {
    const output = kind === 'beginOutput'
    const value = output ? '{{' : '{%'
    this.#tokens.push({ kind, value, offset: at })
    const ending = output
      ? ({ text: '}}', marks: '-' } as const)
      : ({ text: '%}', marks: '-+' } as const)
    const { next, mark } = lexExpression(this.#source, this.#offset, ending, this.#tokens)
    this.#offset = next
    this.#stripAfter(mark, !output)
  }

  #comment(at: number): void {
    const end = this.#text.indexOf('#}', this.#offset)
    if (end < 0) this.#source.fail(at, "the comment is not closed, expected '#}'")
    const mark = end > this.#offset ? this.#text.charAt(end - 1) : ''
    this.#offset = end + 2
    this.#stripAfter(mark, true)
  }

  #raw(at: number): boolean {
    RAW.lastIndex = this.#offset
    const begin = RAW.exec(this.#text)
    if (!begin) return false
    this.#offset += begin[0].length
    // Jinja does not trim the newline behind `raw`, only the one behind `endraw`.
    this.#stripAfter(begin[1] ?? '', false)
    END_RAW.lastIndex = this.#offset
    const end = END_RAW.exec(this.#text)
    if (!end) this.#source.fail(at, "the raw block is not closed, expected '{% endraw %}'")
    this.#pushText(this.#stripBefore(this.#offset, end.index, end[1] ?? '', true))
    this.#offset = end.index + end[0].length
    this.#stripAfter(end[2] ?? '', true)
    return true
  }

  #stripBefore(from: number, to: number, mark: string, isBlock: boolean): string {
    const text = this.#text.slice(from, to)
    if (mark === '-') return text.trimEnd()
    if (!this.#whitespace.lstripBlocks || !isBlock || mark === '+') return text
    const lineStart = this.#text.lastIndexOf('\n', to - 1) + 1
    const onlySpace = /^\s*$/.test(this.#text.slice(lineStart, to))
    return onlySpace && lineStart >= from ? text.slice(0, lineStart - from) : text
  }

  #stripAfter(mark: string, isBlock: boolean): void {
    if (mark === '-') {
      while (/\s/.test(this.#text.charAt(this.#offset))) this.#offset += 1
    } else if (isBlock && mark !== '+' && this.#whitespace.trimBlocks) {
      if (this.#text.charAt(this.#offset) === '\n') this.#offset += 1
    }
  }

  #pushText(text: string): void {
    if (text !== '') this.#tokens.push({ kind: 'text', value: text, offset: this.#offset })
  }
}
