import type { PythonFlags } from '../regex.ts'
import { CLASS_ESCAPES, escaped, literal, WORD } from './escapes.ts'

/** What JavaScript's RegExp takes. */
export interface Translated {
  readonly source: string
  readonly ignoreCase: boolean
}

/** Reads a pattern of Python's from left to right and writes what means the same. */
export class Translation {
  readonly #pattern: string
  #at = 0
  #flags: { ignoreCase: boolean; multiline: boolean; dotAll: boolean; verbose: boolean }

  constructor(pattern: string, flags: PythonFlags) {
    this.#pattern = pattern
    const { ignoreCase = false, multiline = false, dotAll = false } = flags
    this.#flags = { ignoreCase, multiline, dotAll, verbose: false }
  }

  run(): Translated {
    this.#globalFlags()
    let source = ''
    while (this.#at < this.#pattern.length) source += this.#next()
    return { source, ignoreCase: this.#flags.ignoreCase }
  }

  #take(length = 1): string {
    const taken = this.#pattern.slice(this.#at, this.#at + length)
    this.#at += length
    return taken
  }

  #match(regex: RegExp): RegExpExecArray | null {
    regex.lastIndex = this.#at
    const match = regex.exec(this.#pattern)
    if (match !== null) this.#at += match[0].length
    return match
  }

  /** `(?im)` at the very start; Python takes it nowhere else. */
  #globalFlags(): void {
    for (let m = this.#match(FLAGS); m !== null; m = this.#match(FLAGS)) {
      const letters = m[1] ?? ''
      this.#flags = {
        ignoreCase: this.#flags.ignoreCase || letters.includes('i'),
        multiline: this.#flags.multiline || letters.includes('m'),
        dotAll: this.#flags.dotAll || letters.includes('s'),
        verbose: this.#flags.verbose || letters.includes('x'),
      }
    }
  }

  #next(): string {
    const char = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0)
    if (this.#flags.verbose && this.#match(VERBOSE) !== null) return ''
    switch (char) {
      case '\\':
        return this.#escape()
      case '[':
        return this.#class()
      case '(':
        return this.#group()
      case '{':
        return this.#braces()
      case '.':
        this.#take()
        return this.#flags.dotAll ? '[\\s\\S]' : '[^\\n]'
      case '^':
        this.#take()
        return this.#flags.multiline ? '(?<![^\\n])' : '(?<![\\s\\S])'
      case '$':
        this.#take()
        return this.#flags.multiline ? '(?![^\\n])' : '(?=\\n?(?![\\s\\S]))'
      case '*':
      case '+':
      case '?':
        return this.#quantifier(this.#take())
      default:
        this.#take(char.length)
        return char === '|' || char === ')' ? char : literal(char)
    }
  }

  #quantifier(text: string): string {
    if (this.#pattern[this.#at] === '+') throw new SyntaxError(`"${text}+" is not supported`)
    return text
  }

  /** `{2,}` repeats, also `{,2}`; any other brace is a character. */
  #braces(): string {
    const match = this.#match(/\{(\d*)(,?)(\d*)\}/y)
    const [whole = '', from = '', comma = '', to = ''] = match ?? []
    if (match === null || whole === '{}' || whole === '{,}') {
      if (match === null) this.#take()
      return whole === '' ? '\\{' : literal(whole)
    }
    return this.#quantifier(`{${from === '' ? '0' : from}${comma}${to}}`)
  }

  #group(): string {
    const found = this.#match(/\(\?(?:P<(\w+)>|P=(\w+)\)|#[^)]*\)|(<?[=!]|:))|\((?!\?)/y)
    if (found === null) {
      const kind = this.#pattern.slice(this.#at, this.#at + 4)
      throw new SyntaxError(`"${kind}" is not supported`)
    }
    const [whole, name, reference, kind] = found
    if (name !== undefined) return `(?<${name}>`
    if (reference !== undefined) return `\\k<${reference}>`
    if (kind !== undefined) return `(?${kind}`
    return whole === '(' ? '(' : ''
  }

  #escape(): string {
    const reference = this.#match(/\\([1-9]\d?)(?![0-7])/y)
    // The group keeps a digit that follows from being read as part of the number.
    if (reference !== null) return `(?:\\${reference[1] ?? ''})`
    const letter = this.#match(/\\([AZbB])/y)
    if (letter !== null) return ANCHORS[letter[1] ?? ''] ?? ''
    return this.#character()
  }

  /** An escape that stands for a character or a class of them. */
  #character(): string {
    const category = this.#match(/\\([dDwWsS])/y)
    if (category !== null) return CLASS_ESCAPES[category[1] ?? ''] ?? ''
    const found = this.#match(ESCAPED)
    if (found === null) throw new SyntaxError('a lone backslash at its end')
    return escaped(found)
  }

  #class(): string {
    const [open = ''] = this.#match(/\[\^?/y) ?? []
    let body = this.#match(/\]/y) === null ? '' : '\\]'
    while (this.#at < this.#pattern.length) {
      if (this.#match(/\]/y) !== null) return `${open}${body}]`
      body += this.#member()
    }
    throw new SyntaxError('a "[" is not closed')
  }

  /** A character, a class of them or a range; a hyphen beside a class is a character. */
  #member(): string {
    const start = this.#classCharacter()
    if (!/-(?!\])/y.test(this.#pattern.slice(this.#at, this.#at + 2))) return start
    if (isCategory(start)) {
      this.#take()
      return `${start}\\-`
    }
    this.#take()
    const end = this.#classCharacter()
    return isCategory(end) ? `${start}\\-${end}` : `${start}-${end}`
  }

  #classCharacter(): string {
    if (this.#pattern[this.#at] === '\\') {
      if (this.#match(/\\b/y) !== null) return '\\x08'
      const category = this.#match(/\\([dDwWsS])/y)
      // Within brackets the brackets of a category are left off.
      if (category !== null) return inClass(category[1] ?? '')
      return this.#character()
    }
    const char = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0)
    this.#take(char.length)
    return literal(char)
  }
}

const FLAGS = /\(\?([aimsux]+)\)/y
const VERBOSE = /(?:\s|#[^\n]*)+/y
const ESCAPED =
  /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(0[0-7]{0,2}|[0-3][0-7]{2})|([\s\S]))/uy

const ANCHORS: Readonly<Record<string, string>> = {
  A: '(?<![\\s\\S])',
  Z: '(?![\\s\\S])',
  b: `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`,
  B: `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`,
}

const isCategory = (text: string): boolean => /^\\[pPsS]/.test(text)

const inClass = (letter: string): string => {
  if (letter === 'W') throw new SyntaxError('"\\W" within brackets is not supported')
  return (CLASS_ESCAPES[letter] ?? '').replace(/^\[(.*)\]$/, '$1')
}
