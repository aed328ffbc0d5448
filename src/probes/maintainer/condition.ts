import { HOLE, not, type Setting, type Truth } from './happening.ts'

/** What `[` says to its operands. */
export const evaluate = (operands: readonly string[], setting: Setting): Truth =>
  new Expression(operands, setting).whole()

/** Operands of `test`, joined by `-o`, `-a` and `!`. */
class Expression {
  #at = 0
  readonly #words: readonly string[]
  readonly #setting: Setting

  constructor(words: readonly string[], setting: Setting) {
    this.#words = words
    this.#setting = setting
  }

  whole(): Truth {
    const truth = this.#or()
    return this.#at < this.#words.length ? undefined : truth
  }

  #or(): Truth {
    let truth = this.#and()
    while (this.#take('-o')) truth = either(truth, this.#and())
    return truth
  }

  #and(): Truth {
    let truth = this.#not()
    while (this.#take('-a')) truth = both(truth, this.#not())
    return truth
  }

  #not(): Truth {
    return this.#words.length - this.#at > 1 && this.#take('!') ? not(this.#not()) : this.#primary()
  }

  #primary(): Truth {
    const [first, second, third] = this.#words.slice(this.#at)
    if (first === undefined) return false
    if (second !== undefined && third !== undefined && BINARY.has(second)) {
      this.#at += 3
      return compare(first, second, third)
    }
    if (UNARY.test(first) && second !== undefined) {
      this.#at += 2
      return unary(first, second, this.#setting)
    }
    this.#at += 1
    return isNotEmpty(first)
  }

  #take(word: string): boolean {
    if (this.#words[this.#at] !== word) return false
    this.#at++
    return true
  }
}

const BINARY = new Set([
  '=',
  '==',
  '!=',
  '-eq',
  '-ne',
  '-lt',
  '-le',
  '-gt',
  '-ge',
  '-nt',
  '-ot',
  '-ef',
])
const UNARY = /^-[a-zA-Z]$/

export const both = (a: Truth, b: Truth): Truth =>
  a === false || b === false ? false : a === undefined || b === undefined ? undefined : true

const either = (a: Truth, b: Truth): Truth => not(both(not(a), not(b)))

const isNotEmpty = (text: string): Truth => {
  if (text.replaceAll(HOLE, '') !== '') return true
  return text === '' ? false : undefined
}

const compare = (left: string, operator: string, right: string): Truth => {
  if (left.includes(HOLE) || right.includes(HOLE)) return undefined
  const [a, b] = [Number(left), Number(right)]
  switch (operator) {
    case '=':
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '-eq':
      return a === b
    case '-ne':
      return a !== b
    case '-lt':
      return a < b
    case '-le':
      return a <= b
    case '-gt':
      return a > b
    case '-ge':
      return a >= b
    default:
      return undefined
  }
}

const unary = (operator: string, operand: string, setting: Setting): Truth => {
  if (operator === '-z') return not(isNotEmpty(operand))
  if (operator === '-n') return isNotEmpty(operand)
  if (operand.includes(HOLE)) return undefined
  if (operand === '') return false
  const found = setting.at(operand)
  switch (operator) {
    case '-e':
      // A link may lead nowhere.
      return found === undefined || found === 'l' ? undefined : found !== ''
    case '-d':
      return found === undefined || found === 'l' ? undefined : found === 'd'
    case '-f':
      return found === undefined || found === 'l' ? undefined : found === 'f'
    case '-L':
    case '-h':
      return found === undefined ? undefined : found === 'l'
    case '-x':
      return found === '' ? false : setting.executable(operand)
    case '-r':
    case '-w':
      return found === '' ? false : found === 'd' || found === 'f' ? true : undefined
    default:
      return found === '' ? false : undefined
  }
}
