import { calculate, concatenate, sign } from '../runtime/arithmetic.ts'
import { compare, contains, equals, isTruthy } from '../runtime/compare.ts'
import { Undefined } from '../runtime/undefined.ts'
import { demand, tupleOf, unmark } from '../runtime/values.ts'
import type { ComparisonOperator, Expression } from '../syntax/ast.ts'
import { located, type Compiler, type Evaluate } from './compiler.ts'

type Kind<K extends Expression['kind']> = Extract<Expression, { kind: K }>

const COMPARISONS: Record<ComparisonOperator, (left: unknown, right: unknown) => boolean> = {
  '==': equals,
  '!=': (left, right) => !equals(left, right),
  '<': (left, right) => compare(left, right, '<') < 0,
  '<=': (left, right) => compare(left, right, '<=') <= 0,
  '>': (left, right) => compare(left, right, '>') > 0,
  '>=': (left, right) => compare(left, right, '>=') >= 0,
  in: (left, right) => contains(right, left),
  'not in': (left, right) => !contains(right, left),
}

/** `a < b <= c`: each operand is evaluated once, and none behind the first comparison that fails. */
export const compileComparison = (compiler: Compiler, node: Kind<'comparison'>): Evaluate => {
  const first = compiler.expression(node.first)
  const rest = node.rest.map(({ operator, operand }) => ({
    holds: COMPARISONS[operator],
    operand: compiler.expression(operand),
  }))
  return located(compiler, node, frame => {
    let left = first(frame)
    for (const { holds, operand } of rest) {
      const right = operand(frame)
      if (!holds(left, right)) return false
      left = right
    }
    return true
  })
}

/** `+ - * / // % **`. */
export const compileArithmetic = (compiler: Compiler, node: Kind<'arithmetic'>): Evaluate => {
  const left = compiler.expression(node.left)
  const right = compiler.expression(node.right)
  return located(compiler, node, frame => calculate(node.operator, left(frame), right(frame)))
}

/** `-a` and `+a`. */
export const compileSign = (
  compiler: Compiler,
  node: Kind<'not' | 'negative' | 'positive'>,
): Evaluate => {
  const operand = compiler.expression(node.operand)
  if (node.kind === 'not') return frame => !isTruthy(operand(frame))
  const operator = node.kind === 'negative' ? '-' : '+'
  return located(compiler, node, frame => sign(operator, operand(frame)))
}

/** `a ~ b ~ c`. */
export const compileConcat = (
  compiler: Compiler,
  node: Kind<'list' | 'tuple' | 'concat'>,
): Evaluate => {
  const items = node.items.map(item => compiler.expression(item))
  return located(compiler, node, frame => concatenate(items.map(item => item(frame))))
}

/** `a and b`, `a or b`: the operand that decides, not its truth. */
export const compileLogic = (compiler: Compiler, node: Kind<'and' | 'or'>): Evaluate => {
  const left = compiler.expression(node.left)
  const right = compiler.expression(node.right)
  const decides = node.kind === 'or'
  return frame => {
    const value = left(frame)
    return isTruthy(value) === decides ? value : right(frame)
  }
}

/** `a if b else c`. */
export const compileConditional = (compiler: Compiler, node: Kind<'conditional'>): Evaluate => {
  const condition = compiler.expression(node.condition)
  const then = compiler.expression(node.then)
  const otherwise = node.otherwise && compiler.expression(node.otherwise)
  // Jinja makes this one value lenient even where undefined values are errors: it prints nothing.
  const nothing = new Undefined({
    path: "the value of an 'if' without 'else'",
    fact: "the 'if' expression is false and has no 'else'",
    at: node,
    template: compiler.template,
    blank: true,
  })
  return frame => {
    if (isTruthy(condition(frame))) return then(frame)
    return otherwise ? otherwise(frame) : nothing
  }
}

/** `[a, b]` and `(a, b)`. An undefined item is fine until it is used, as in `[a, b] | select('defined')`. */
export const compileItems = (
  compiler: Compiler,
  node: Kind<'list' | 'tuple' | 'concat'>,
): Evaluate => {
  const items = node.items.map(item => compiler.expression(item))
  if (node.kind === 'tuple') return frame => tupleOf(items.map(item => unmark(item(frame))))
  return frame => items.map(item => unmark(item(frame)))
}

/** `{a: b}`. */
export const compileDict = (compiler: Compiler, node: Kind<'dict'>): Evaluate => {
  const entries = node.entries.map(
    ([key, value]) => [compiler.expression(key), compiler.expression(value)] as const,
  )
  return frame => {
    const dict = new Map<unknown, unknown>()
    for (const [key, value] of entries) dict.set(unmark(demand(key(frame))), unmark(value(frame)))
    return dict
  }
}
