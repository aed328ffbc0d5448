import type { Position } from '../error.ts'
import type { Source } from './source.ts'
import { describeToken, type Token, type TokenKind } from './token.ts'

// Deep enough for any real template, shallow enough for the JavaScript stack.
const MAX_NESTING = 100

/** The tokens of a source with a place to read from. */
export class TokenStream {
  readonly #tokens: readonly Token[]
  readonly #source: Source
  #index = 0
  #nesting = 0

  constructor(source: Source, tokens: readonly Token[]) {
    this.#source = source
    this.#tokens = tokens
  }

  get current(): Token {
    return this.#at(this.#index)
  }

  get previous(): Token {
    return this.#at(Math.max(0, this.#index - 1))
  }

  get next(): Token {
    return this.#at(this.#index + 1)
  }

  get position(): Position {
    return this.#source.position(this.current.offset)
  }

  is(kind: TokenKind, ...values: string[]): boolean {
    const { current } = this
    return current.kind === kind && (values.length === 0 || values.includes(current.value))
  }

  isOperator(...values: string[]): boolean {
    return this.is('operator', ...values)
  }

  isWord(...words: string[]): boolean {
    return this.is('name', ...words)
  }

  /** Whether the next two tokens are these two words. */
  isWords(first: string, second: string): boolean {
    return this.isWord(first) && this.next.kind === 'name' && this.next.value === second
  }

  take(): Token {
    const token = this.current
    if (token.kind !== 'eof') this.#index += 1
    return token
  }

  /** Steps over a token if it is there. */
  skip(kind: TokenKind, ...values: string[]): boolean {
    const found = this.is(kind, ...values)
    if (found) this.take()
    return found
  }

  expect(kind: TokenKind, value?: string): Token {
    const found = value === undefined ? this.is(kind) : this.is(kind, value)
    if (found) return this.take()
    return this.fail(
      `expected ${value === undefined ? EXPECTED[kind] : `'${value}'`}, found ${describeToken(this.current)}`,
    )
  }

  fail(message: string, at: Token = this.current, hint?: string): never {
    this.#source.fail(at.offset, message, hint)
  }

  /** Runs a rule that may contain itself. */
  nested<T>(rule: () => T): T {
    this.#nesting += 1
    if (this.#nesting > MAX_NESTING) this.fail('the template is nested too deeply')
    const result = rule()
    this.#nesting -= 1
    return result
  }

  #at(index: number): Token {
    const token = this.#tokens[Math.min(index, this.#tokens.length - 1)]
    if (!token) throw new Error('a token stream ends with an eof token')
    return token
  }
}

const EXPECTED: Record<TokenKind, string> = {
  text: 'text',
  beginOutput: "'{{'",
  beginTag: "'{%'",
  end: 'the end of the tag',
  name: 'a name',
  integer: 'an integer',
  float: 'a number',
  string: 'a string',
  operator: 'an operator',
  eof: 'the end',
}
