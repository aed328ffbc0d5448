import type { Argument, Expression } from './ast.ts'
import { describeToken } from './token.ts'
import type { TokenStream } from './tokenstream.ts'

// Words that cannot begin the argument of a test written without parentheses.
const NOT_AN_ARGUMENT: readonly string[] = [
  'else',
  'or',
  'and',
  'is',
  'if',
  'in',
  'not',
  'recursive',
]

const WORD_CONSTANTS = new Map<string, boolean | null>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
])

/** Reads literals, names and what follows them: attributes, items, calls, filters and tests. */
export abstract class PostfixParser {
  readonly stream: TokenStream

  constructor(stream: TokenStream) {
    this.stream = stream
  }

  abstract expression(): Expression
  abstract disjunction(): Expression

  /** `a, b`, or one expression; `conditional` is false where an `if` belongs to the statement. */
  tuple(conditional = true): Expression {
    const { position } = this.stream
    const items: Expression[] = []
    let isTuple = false
    while (!this.#tupleEnds()) {
      items.push(conditional ? this.expression() : this.disjunction())
      if (!this.stream.skip('operator', ',')) break
      isTuple = true
    }
    const [first] = items
    if (isTuple) return { kind: 'tuple', items, ...position }
    return first ?? this.#failForExpression()
  }

  /** A literal or name with its signs, attributes, calls, filters and tests. */
  protected unary(withFilters = true): Expression {
    const { position } = this.stream
    const sign = this.stream.isOperator('-', '+') ? this.stream.take().value : undefined
    const operand = sign
      ? this.stream.nested(() => this.unary(false))
      : this.#postfix(this.#primary())
    const value: Expression = sign
      ? { kind: sign === '-' ? 'negative' : 'positive', operand, ...position }
      : operand
    return withFilters ? this.filtersAndTests(value) : value
  }

  /** `| filter(…)` and `is test` behind a value, as often as they come. */
  filtersAndTests(value: Expression): Expression {
    let result = value
    for (;;) {
      if (this.stream.skip('operator', '|')) result = this.filter(result)
      else if (this.stream.isWord('is')) result = this.#test(result)
      else if (this.stream.isOperator('(')) result = this.#call(result)
      else return result
    }
  }

  /** The name and arguments of a filter. */
  filter(input: Expression): Expression {
    const { position } = this.stream
    const name = this.#dottedName()
    const args = this.stream.isOperator('(') ? this.args() : []
    return { kind: 'filter', input, name, args, ...position }
  }

  /** `(a, *b, c=d, **e)`. */
  args(): Argument[] {
    this.stream.expect('operator', '(')
    const args: Argument[] = []
    while (!this.stream.isOperator(')')) {
      args.push(this.#argument())
      if (!this.stream.skip('operator', ',')) break
    }
    this.stream.expect('operator', ')')
    return args
  }

  #argument(): Argument {
    if (this.stream.skip('operator', '*')) return { kind: 'spread', value: this.expression() }
    if (this.stream.skip('operator', '**'))
      return { kind: 'spreadKeywords', value: this.expression() }
    const { current, next } = this.stream
    if (current.kind !== 'name' || next.kind !== 'operator' || next.value !== '=')
      return { kind: 'positional', value: this.expression() }
    this.stream.take()
    this.stream.take()
    return { kind: 'keyword', name: current.value, value: this.expression() }
  }

  #test(input: Expression): Expression {
    this.stream.expect('name', 'is')
    const negated = this.stream.skip('name', 'not')
    const { position } = this.stream
    const name = this.#dottedName()
    if (this.stream.isOperator('('))
      return { kind: 'test', input, name, args: this.args(), negated, ...position }
    const begins =
      this.stream.is('string') ||
      this.stream.is('integer') ||
      this.stream.is('float') ||
      this.stream.isOperator('[', '{') ||
      (this.stream.is('name') && !this.stream.isWord(...NOT_AN_ARGUMENT))
    const args: Argument[] = begins
      ? [{ kind: 'positional', value: this.#postfix(this.#primary()) }]
      : []
    return { kind: 'test', input, name, args, negated, ...position }
  }

  #dottedName(): string {
    let name = this.stream.expect('name').value
    while (this.stream.skip('operator', '.')) name += `.${this.stream.expect('name').value}`
    return name
  }

  #postfix(value: Expression): Expression {
    let result = value
    for (;;) {
      if (this.stream.isOperator('.')) result = this.#attribute(result)
      else if (this.stream.isOperator('[')) result = this.#subscript(result)
      else if (this.stream.isOperator('(')) result = this.#call(result)
      else return result
    }
  }

  #call(callee: Expression): Expression {
    const { position } = this.stream
    return { kind: 'call', callee, args: this.args(), ...position }
  }

  #attribute(object: Expression): Expression {
    this.stream.expect('operator', '.')
    const { position } = this.stream
    const { kind, value } = this.stream.current
    if (kind === 'name') {
      this.stream.take()
      return { kind: 'attribute', object, name: value, ...position }
    }
    if (kind !== 'integer')
      this.stream.fail(
        `expected a name or number behind '.', found ${describeToken(this.stream.current)}`,
      )
    this.stream.take()
    const key: Expression = { kind: 'constant', value: Number(value), ...position }
    return { kind: 'item', object, key, ...position }
  }

  #subscript(object: Expression): Expression {
    this.stream.expect('operator', '[')
    const { position } = this.stream
    const parts: (Expression | undefined)[] = [this.#slicePart()]
    while (parts.length < 3 && this.stream.skip('operator', ':')) parts.push(this.#slicePart())
    const isItem = parts.length === 1
    const key = parts[0]
    if (isItem && !key) return this.#failForExpression()
    this.stream.expect('operator', ']')
    if (isItem && key) return { kind: 'item', object, key, ...position }
    return { kind: 'slice', object, start: parts[0], stop: parts[1], step: parts[2], ...position }
  }

  #slicePart(): Expression | undefined {
    return this.stream.isOperator(':', ']') ? undefined : this.expression()
  }

  #primary(): Expression {
    const { position } = this.stream
    const { kind, value } = this.stream.current
    if (kind === 'string') return { kind: 'constant', value: this.#strings(), ...position }
    if (kind === 'operator') return this.#bracketed()
    if (kind !== 'name' && kind !== 'integer' && kind !== 'float') return this.#failForExpression()
    this.stream.take()
    if (kind !== 'name') return { kind: 'constant', value: Number(value), ...position }
    const constant = WORD_CONSTANTS.get(value)
    if (constant !== undefined) return { kind: 'constant', value: constant, ...position }
    return { kind: 'name', name: value, ...position }
  }

  // 'a' 'b' is 'ab', as in Python.
  #strings(): string {
    let value = ''
    while (this.stream.is('string')) value += this.stream.take().value
    return value
  }

  #bracketed(): Expression {
    const { position } = this.stream
    if (this.stream.skip('operator', '(')) {
      const empty = this.stream.isOperator(')')
      const value: Expression = empty ? { kind: 'tuple', items: [], ...position } : this.tuple()
      this.stream.expect('operator', ')')
      return value
    }
    if (this.stream.skip('operator', '['))
      return { kind: 'list', items: this.#until(']', () => this.expression()), ...position }
    if (!this.stream.skip('operator', '{')) return this.#failForExpression()
    const entries = this.#until('}', () => {
      const key = this.expression()
      this.stream.expect('operator', ':')
      return [key, this.expression()] as const
    })
    return { kind: 'dict', entries, ...position }
  }

  #until<T>(closing: string, item: () => T): T[] {
    const items: T[] = []
    while (!this.stream.isOperator(closing)) {
      items.push(item())
      if (!this.stream.skip('operator', ',')) break
    }
    this.stream.expect('operator', closing)
    return items
  }

  #tupleEnds(): boolean {
    return (
      this.stream.isOperator(')', '=') ||
      this.stream.is('end') ||
      this.stream.is('eof') ||
      this.stream.isWord('recursive')
    )
  }

  #failForExpression(): never {
    return this.stream.fail(`expected an expression, found ${describeToken(this.stream.current)}`)
  }
}
