import {
  Unreadable,
  type AndOr,
  type Assignment,
  type Command,
  type List,
  type Pipeline,
  type Redirect,
  type Word,
} from './syntax.ts'
import { bare, literal, Text } from './words.ts'

/** Reads a POSIX shell script. Throws Unreadable. */
export const parse = (script: string): List => new Parser(new Text(script, nested)).all()

const nested = (text: Text, until: string): List => new Parser(text).list(until)

const ENDS = new Set(['then', 'do', 'done', 'fi', 'else', 'elif', 'esac', '}'])
const REDIRECT = /(?:\d*|&)(<<-?|>>|<&|>&|<>|>\||<|>)/y

class Parser {
  readonly #text: Text
  /** Here documents whose text begins on the next line. */
  readonly #documents: { delimiter: string; stripped: boolean }[] = []

  constructor(text: Text) {
    this.#text = text
  }

  all(): List {
    const list = this.list('')
    if (!this.#text.ended) throw new Unreadable(`"${this.#text.next}" that nothing began`)
    return list
  }

  /** Commands up to a keyword that ends them, or to `until`. */
  list(until: string): List {
    const found: AndOr[] = []
    for (;;) {
      this.#separators()
      if (this.#text.ended || (until !== '' && this.#text.starts(until))) return found
      if (ENDS.has(this.#peek() ?? '') || this.#text.starts(';;')) return found
      if (this.#text.starts(')')) return found
      found.push(this.#andOr())
      this.#text.blanks()
      // A command in the background is one all the same.
      if (this.#text.starts('&') && !this.#text.starts('&&')) this.#text.at++
    }
  }

  #separators(): void {
    for (;;) {
      this.#text.blanks()
      if (this.#text.next === '\n') this.#newline()
      else if (this.#text.next === ';' && !this.#text.starts(';;')) this.#text.at++
      else return
    }
  }

  #newline(): void {
    this.#text.at++
    for (const document of this.#documents.splice(0)) this.#skipDocument(document)
  }

  #skipDocument({ delimiter, stripped }: { delimiter: string; stripped: boolean }): void {
    for (;;) {
      const end = this.#text.source.indexOf('\n', this.#text.at)
      const line = this.#text.source.slice(this.#text.at, end < 0 ? undefined : end)
      this.#text.at = end < 0 ? this.#text.source.length : end + 1
      if ((stripped ? line.replace(/^\t+/, '') : line) === delimiter) return
      if (end < 0) throw new Unreadable('a here document that does not end')
    }
  }

  /** The bare word that comes next, which stays. */
  #peek(): string | undefined {
    const { at } = this.#text
    const word = bare(this.#text.word())
    this.#text.at = at
    return word
  }

  #expect(keyword: string): void {
    this.#separators()
    if (this.#peek() !== keyword) throw new Unreadable(`"${keyword}" was expected`)
    this.#text.at += keyword.length
  }

  #andOr(): AndOr {
    const first = this.#pipeline()
    const rest: { operator: '&&' | '||'; pipeline: Pipeline }[] = []
    for (;;) {
      this.#text.blanks()
      const operator = this.#text.take('&&') ? '&&' : this.#text.take('||') ? '||' : undefined
      if (operator === undefined) return { first, rest }
      this.#separators()
      rest.push({ operator, pipeline: this.#pipeline() })
    }
  }

  #pipeline(): Pipeline {
    let negated = false
    while (this.#peek() === '!') {
      this.#text.at++
      this.#text.blanks()
      negated = !negated
    }
    const commands = [this.#command()]
    for (;;) {
      this.#text.blanks()
      if (!this.#text.starts('|') || this.#text.starts('||')) return { negated, commands }
      this.#text.at++
      this.#text.take('&')
      this.#separators()
      commands.push(this.#command())
    }
  }

  #command(): Command {
    this.#text.blanks()
    const begin = this.#text.at
    if (this.#text.starts('((')) throw new Unreadable('arithmetic as a command')
    if (this.#text.take('(')) {
      const body = this.list(')')
      if (!this.#text.take(')')) throw new Unreadable('a subshell that does not end')
      return { kind: 'subshell', body, redirects: this.#redirects() }
    }
    const read = COMPOUND[this.#peek() ?? '']
    if (read !== undefined) return read(this)
    const command = this.#simple()
    if (command !== undefined) return command
    throw new Unreadable(`no command at "${this.#text.source.slice(begin, begin + 20)}"`)
  }

  if(): Command {
    const branches: { test: List; body: List }[] = []
    let otherwise: List = []
    for (let word: string | undefined = 'if'; word === 'if' || word === 'elif';) {
      this.#expect(word)
      const test = this.list('')
      this.#expect('then')
      branches.push({ test, body: this.list('') })
      word = this.#peek()
    }
    if (this.#peek() === 'else') {
      this.#expect('else')
      otherwise = this.list('')
    }
    this.#expect('fi')
    return { kind: 'if', branches, otherwise, redirects: this.#redirects() }
  }

  case(): Command {
    this.#expect('case')
    this.#text.blanks()
    const subject = this.#needed(this.#text.word())
    this.#expect('in')
    const arms: { patterns: Word[]; body: List }[] = []
    this.#separators()
    while (this.#peek() !== 'esac') {
      if (this.#text.ended) throw new Unreadable('a case that does not end')
      arms.push(this.#arm())
      this.#separators()
    }
    this.#expect('esac')
    return { kind: 'case', subject, arms, redirects: this.#redirects() }
  }

  #arm(): { patterns: Word[]; body: List } {
    this.#text.take('(')
    const patterns: Word[] = []
    do {
      this.#text.blanks()
      patterns.push(this.#needed(this.#text.word()))
      this.#text.blanks()
    } while (this.#text.take('|'))
    if (!this.#text.take(')')) throw new Unreadable('a pattern that does not end')
    const body = this.list('')
    if (!this.#text.take(';;&')) this.#text.take(';;')
    return { patterns, body }
  }

  for(): Command {
    this.#expect('for')
    this.#text.blanks()
    const name = literal(this.#needed(this.#text.word())) ?? ''
    this.#separators()
    let words: Word[] | undefined
    if (this.#peek() === 'in') {
      this.#expect('in')
      words = this.#words()
    }
    this.#expect('do')
    const body = this.list('')
    this.#expect('done')
    return { kind: 'for', name, words, body, redirects: this.#redirects() }
  }

  loop(): Command {
    this.#expect(this.#peek() ?? '')
    const test = this.list('')
    this.#expect('do')
    const body = this.list('')
    this.#expect('done')
    return { kind: 'loop', test, body, redirects: this.#redirects() }
  }

  group(): Command {
    this.#expect('{')
    const body = this.list('')
    this.#expect('}')
    return { kind: 'group', body, redirects: this.#redirects() }
  }

  /** The shell bash's own spelling. */
  function(): Command {
    this.#expect('function')
    this.#text.blanks()
    const name = literal(this.#needed(this.#text.word())) ?? ''
    this.#text.blanks()
    this.#text.take('()')
    this.#separators()
    return { kind: 'function', name, body: this.#command(), redirects: [] }
  }

  /** `[[ … ]]` of bash: its operators end no command. */
  test(): Command {
    const end = this.#text.source.indexOf(']]', this.#text.at)
    if (end < 0) throw new Unreadable('a test that does not end')
    this.#text.at = end + 2
    const words: Word[] = [[{ kind: 'text', text: '[[', quoted: false }]]
    return { kind: 'simple', assignments: [], words, redirects: this.#redirects() }
  }

  #words(): Word[] {
    const words: Word[] = []
    for (;;) {
      this.#text.blanks()
      const word = this.#text.word()
      if (word === undefined) return words
      words.push(word)
    }
  }

  #needed(word: Word | undefined): Word {
    if (word === undefined) throw new Unreadable('a word is missing')
    return word
  }

  #simple(): Command | undefined {
    const assignments: Assignment[] = []
    const words: Word[] = []
    const redirects: Redirect[] = []
    for (;;) {
      this.#text.blanks()
      const redirect = this.#redirect()
      if (redirect !== undefined) {
        redirects.push(redirect)
        continue
      }
      const word = this.#text.word()
      if (word === undefined) break
      const assignment = words.length === 0 ? assignmentIn(word) : undefined
      if (assignment === undefined) words.push(word)
      else assignments.push(assignment)
      if (assignment !== undefined && assignment.value.length === 0 && this.#text.next === '(')
        throw new Unreadable('an array')
      if (words.length === 1 && this.#isFunction()) return this.#definition(literal(word) ?? '')
    }
    if (words.length + assignments.length + redirects.length === 0) return undefined
    return { kind: 'simple', assignments, words, redirects }
  }

  #isFunction(): boolean {
    return /^[ \t]*\([ \t]*\)/.test(this.#text.source.slice(this.#text.at, this.#text.at + 20))
  }

  #definition(name: string): Command {
    this.#text.at = this.#text.source.indexOf(')', this.#text.at) + 1
    this.#separators()
    return { kind: 'function', name, body: this.#command(), redirects: [] }
  }

  #redirects(): Redirect[] {
    const found: Redirect[] = []
    for (;;) {
      this.#text.blanks()
      const redirect = this.#redirect()
      if (redirect === undefined) return found
      found.push(redirect)
    }
  }

  #redirect(): Redirect | undefined {
    REDIRECT.lastIndex = this.#text.at
    const [whole, operator] = REDIRECT.exec(this.#text.source) ?? []
    if (whole === undefined || operator === undefined) return undefined
    this.#text.at += whole.length
    if (this.#text.next === '(') throw new Unreadable('a process substitution')
    this.#text.blanks()
    const to = this.#needed(this.#text.word())
    if (operator.startsWith('<<')) {
      this.#documents.push({ delimiter: literal(to) ?? '', stripped: operator === '<<-' })
    }
    return { operator, to }
  }
}

const COMPOUND: Readonly<Record<string, ((parser: Parser) => Command) | undefined>> = {
  if: parser => parser.if(),
  case: parser => parser.case(),
  for: parser => parser.for(),
  while: parser => parser.loop(),
  until: parser => parser.loop(),
  '{': parser => parser.group(),
  function: parser => parser.function(),
  '[[': parser => parser.test(),
}

const assignmentIn = (word: Word): Assignment | undefined => {
  const [first, ...rest] = word
  if (first?.kind !== 'text' || first.quoted) return undefined
  // A word's plain characters are parts of their own.
  const plain = word.findIndex(part => part.kind !== 'text' || part.quoted || part.text === '=')
  const equals = word[plain]
  if (equals?.kind !== 'text' || equals.text !== '=' || equals.quoted) return undefined
  const name = [first, ...rest]
    .slice(0, plain)
    .map(part => (part.kind === 'text' ? part.text : ''))
    .join('')
  if (!/^[A-Za-z_]\w*\+?$/.test(name)) return undefined
  return { name, value: word.slice(plain + 1) }
}
