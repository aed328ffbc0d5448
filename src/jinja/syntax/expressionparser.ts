import type { ArithmeticOperator, Comparand, ComparisonOperator, Expression } from './ast.ts'
import { PostfixParser } from './postfixparser.ts'

const COMPARISONS: readonly string[] = ['==', '!=', '<', '<=', '>', '>=']

// From loosest to tightest; all of them group to the left, `**` too.
const ARITHMETIC: readonly (readonly string[])[] = [
  ['+', '-'],
  ['~'],
  ['*', '/', '//', '%'],
  ['**'],
]

/** Reads expressions by Jinja's precedence, in which filters bind tighter than arithmetic. */
export class ExpressionParser extends PostfixParser {
  /** `a if b else c`, the loosest form but for the bare tuple. */
  override expression(): Expression {
    return this.stream.nested(() => {
      let value = this.disjunction()
      while (this.stream.isWord('if')) {
        const { position } = this.stream
        this.stream.take()
        const condition = this.disjunction()
        const otherwise = this.stream.skip('name', 'else') ? this.expression() : undefined
        value = { kind: 'conditional', condition, then: value, otherwise, ...position }
      }
      return value
    })
  }

  /** `a or b`: an expression without `if`, as `for … in` needs it. */
  override disjunction(): Expression {
    let left = this.#conjunction()
    while (this.stream.isWord('or')) {
      const { position } = this.stream
      this.stream.take()
      left = { kind: 'or', left, right: this.#conjunction(), ...position }
    }
    return left
  }

  #conjunction(): Expression {
    let left = this.#negation()
    while (this.stream.isWord('and')) {
      const { position } = this.stream
      this.stream.take()
      left = { kind: 'and', left, right: this.#negation(), ...position }
    }
    return left
  }

  #negation(): Expression {
    const { position } = this.stream
    if (!this.stream.skip('name', 'not')) return this.#comparison()
    return this.stream.nested(() => ({ kind: 'not', operand: this.#negation(), ...position }))
  }

  #comparison(): Expression {
    const first = this.#arithmetic(0)
    const { position } = this.stream
    const rest: Comparand[] = []
    for (;;) {
      const operator = this.#comparisonOperator()
      if (!operator) break
      rest.push({ operator, operand: this.#arithmetic(0) })
    }
    return rest.length > 0 ? { kind: 'comparison', first, rest, ...position } : first
  }

  #comparisonOperator(): ComparisonOperator | undefined {
    if (this.stream.isOperator(...COMPARISONS))
      return this.stream.take().value as ComparisonOperator
    if (this.stream.skip('name', 'in')) return 'in'
    if (!this.stream.isWords('not', 'in')) return undefined
    this.stream.take()
    this.stream.take()
    return 'not in'
  }

  #arithmetic(level: number): Expression {
    const operators = ARITHMETIC[level]
    if (!operators) return this.unary()
    let left = this.#arithmetic(level + 1)
    while (this.stream.isOperator(...operators)) {
      const { position } = this.stream
      const { value } = this.stream.take()
      const right = this.#arithmetic(level + 1)
      if (value !== '~') {
        left = {
          kind: 'arithmetic',
          operator: value as ArithmeticOperator,
          left,
          right,
          ...position,
        }
      } else {
        const items = left.kind === 'concat' ? [...left.items, right] : [left, right]
        left = { kind: 'concat', items, ...position }
      }
    }
    return left
  }
}
