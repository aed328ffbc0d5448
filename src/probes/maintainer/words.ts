import { Unreadable, type List, type Part, type Word } from './syntax.ts'

const BREAKS = new Set([' ', '\t', '\n', ';', '&', '|', '<', '>', '(', ')'])
const NAME = /[A-Za-z_][A-Za-z0-9_]*|[0-9]|[@*#?$!-]/y

/** A script's text with a place in it, and the reading of words from there. */
export class Text {
  at = 0
  readonly source: string
  readonly #list: (text: Text, until: string) => List

  constructor(source: string, list: (text: Text, until: string) => List) {
    this.source = source
    this.#list = list
  }

  get next(): string {
    return this.source[this.at] ?? ''
  }

  get ended(): boolean {
    return this.at >= this.source.length
  }

  starts(text: string): boolean {
    return this.source.startsWith(text, this.at)
  }

  take(text: string): boolean {
    if (!this.starts(text)) return false
    this.at += text.length
    return true
  }

  /** Passes over blanks, joined lines and a comment. */
  blanks(): void {
    for (;;) {
      if (this.next === ' ' || this.next === '\t') this.at++
      else if (this.starts('\\\n')) this.at += 2
      else if (this.next === '#') this.at = lineEnd(this.source, this.at)
      else return
    }
  }

  /** The word that begins here; undefined where none does. */
  word(): Word | undefined {
    const parts: Part[] = []
    while (!this.ended && !BREAKS.has(this.next)) {
      if (this.take('\\\n')) continue
      this.#part(parts, false)
    }
    return parts.length === 0 ? undefined : parts
  }

  #part(parts: Part[], quoted: boolean): void {
    if (this.next === "'" && !quoted) parts.push(this.#single())
    else if (this.next === '"' && !quoted) this.#double(parts)
    else if (this.next === '$') parts.push(this.#dollar(quoted))
    else if (this.next === '`') parts.push(this.#backquoted(quoted))
    else parts.push(this.#plain(quoted))
  }

  #plain(quoted: boolean): Part {
    let text = this.next
    this.at++
    if (text === '\\' && !this.ended) {
      const escaped = this.next
      this.at++
      if (quoted && !'$`"\\\n'.includes(escaped)) text += escaped
      else text = escaped === '\n' ? '' : escaped
      return { kind: 'text', text, quoted: true }
    }
    return { kind: 'text', text, quoted }
  }

  #single(): Part {
    const end = this.source.indexOf("'", this.at + 1)
    if (end < 0) throw new Unreadable('a quote that does not end')
    const text = this.source.slice(this.at + 1, end)
    this.at = end + 1
    return { kind: 'text', text, quoted: true }
  }

  #double(parts: Part[]): void {
    this.at++
    parts.push({ kind: 'text', text: '', quoted: true })
    while (this.next !== '"') {
      if (this.ended) throw new Unreadable('a quote that does not end')
      this.#part(parts, true)
    }
    this.at++
  }

  /** Everything to the end as in double quotes: the text of a here document. */
  rest(): Word {
    const parts: Part[] = []
    while (!this.ended) this.#part(parts, true)
    return parts
  }

  #dollar(quoted: boolean): Part {
    this.at++
    if (this.take('((')) {
      this.at = pastClosing(this.source, this.at, 2)
      return { kind: 'unknown' }
    }
    if (this.take('(')) {
      const of = this.#list(this, ')')
      if (!this.take(')')) throw new Unreadable('a command substitution that does not end')
      return { kind: 'output', of, quoted }
    }
    if (this.take('{')) return this.#braces(quoted)
    const name = this.#name()
    if (name === undefined) return { kind: 'text', text: '$', quoted }
    return { kind: 'variable', name, quoted, operator: '', word: [] }
  }

  #name(): string | undefined {
    NAME.lastIndex = this.at
    const [name] = NAME.exec(this.source) ?? []
    this.at += name?.length ?? 0
    return name
  }

  #braces(quoted: boolean): Part {
    const counted = this.next === '#' && this.source[this.at + 1] !== '}'
    if (counted) this.at++
    const name = this.#name()
    if (name === undefined) throw new Unreadable('a parameter expansion')
    const [operator = ''] =
      /^(?::?[-+=?]|##?|%%?|[/:^,[@].*?(?=\}))/.exec(this.source.slice(this.at, this.at + 80)) ?? []
    this.at += operator.length
    const parts: Part[] = []
    while (this.next !== '}') {
      if (this.ended) throw new Unreadable('a parameter expansion that does not end')
      if (this.next === '"') this.#double(parts)
      else this.#part(parts, quoted)
    }
    this.at++
    return { kind: 'variable', name, quoted, operator: counted ? '#' : operator, word: parts }
  }

  #backquoted(quoted: boolean): Part {
    let inner = ''
    for (this.at++; this.next !== '`'; this.at++) {
      if (this.ended) throw new Unreadable('a command substitution that does not end')
      if (this.next === '\\' && '$`\\'.includes(this.source[this.at + 1] ?? ' ')) this.at++
      inner += this.next
    }
    this.at++
    const text = new Text(inner, this.#list)
    return { kind: 'output', of: this.#list(text, ''), quoted }
  }
}

const lineEnd = (source: string, at: number): number => {
  const end = source.indexOf('\n', at)
  return end < 0 ? source.length : end
}

/** The place after as many closing parentheses as were opened. */
const pastClosing = (source: string, from: number, open: number): number => {
  let depth = open
  let at = from
  for (; depth > 0 && at < source.length; at++) {
    if (source[at] === '(') depth++
    if (source[at] === ')') depth--
  }
  if (depth > 0) throw new Unreadable('arithmetic that does not end')
  return at
}

/** The text of a word without anything to expand; undefined otherwise. */
export const literal = (word: Word): string | undefined =>
  word.some(part => part.kind !== 'text')
    ? undefined
    : word.flatMap(part => (part.kind === 'text' ? part.text : [])).join('')

/** A word that could be a keyword: not quoted. */
export const bare = (word: Word | undefined): string | undefined =>
  word?.every(part => part.kind === 'text' && !part.quoted) === true ? literal(word) : undefined
