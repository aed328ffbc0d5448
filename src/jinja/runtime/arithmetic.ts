import { TemplateError } from '../error.ts'
import type { ArithmeticOperator } from '../syntax/ast.ts'
import { formatPercent } from './format.ts'
import { escapeHtml } from './html.ts'
import { printValue } from './print.ts'
import {
  checkSize,
  demand,
  Markup,
  TemplateObject,
  Tuple,
  tupleOf,
  typeName,
  unmark,
} from './values.ts'

type Operation = (left: number, right: number) => number

const refuseZero = (divisor: number): void => {
  if (divisor === 0) throw new TemplateError('division by zero')
}

// `//` and `%` floor, as Python's do: -7 // 2 is -4, and -7 % 3 is 2.
const OPERATIONS: Record<ArithmeticOperator, Operation> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '**': (left, right) => left ** right,
  '/': (left, right) => {
    refuseZero(right)
    return left / right
  },
  '//': (left, right) => {
    refuseZero(right)
    return Math.floor(left / right)
  },
  '%': (left, right) => {
    refuseZero(right)
    const remainder = left % right
    return remainder !== 0 && remainder < 0 !== right < 0 ? remainder + right : remainder
  },
}

const asNumber = (value: unknown): number | undefined =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? Number(value)
    : undefined

/** Python's arithmetic on numbers, texts and lists. */
export const calculate = (operator: ArithmeticOperator, left: unknown, right: unknown): unknown => {
  demand(left)
  demand(right)
  const [a, b] = [asNumber(left), asNumber(right)]
  if (a !== undefined && b !== undefined) return OPERATIONS[operator](a, b)
  const result = calculateOther(operator, left, right)
  if (result !== undefined) return result
  throw new TemplateError(
    `'${operator}' is not supported between '${typeName(left)}' and '${typeName(right)}'`,
    { hint: stringHint(operator, left, right) },
  )
}

const stringHint = (operator: string, left: unknown, right: unknown): string | undefined =>
  operator === '+' && (typeof left === 'string' || typeof right === 'string')
    ? "'~' joins values of any type as text"
    : undefined

const calculateOther = (operator: string, left: unknown, right: unknown): unknown => {
  if (operator === '+') return join(left, right)
  if (operator === '-' && left instanceof TemplateObject) return left.minus?.(right)
  if (operator === '*') return repeat(left, right) ?? repeat(right, left)
  if (operator !== '%') return undefined
  if (left instanceof Markup) return new Markup(formatPercent(left.text, unmark(right)))
  return typeof left === 'string' ? formatPercent(left, unmark(right)) : undefined
}

const join = (left: unknown, right: unknown): unknown => {
  if (typeof left === 'string' && typeof right === 'string') return left + right
  const texts = [left, right].every(side => typeof side === 'string' || side instanceof Markup)
  if (texts) return new Markup(escapeHtml(left).text + escapeHtml(right).text)
  if (left instanceof Tuple && right instanceof Tuple) return tupleOf([...left, ...right])
  if (left instanceof Tuple || right instanceof Tuple) return undefined
  if (Array.isArray(left) && Array.isArray(right))
    return [...(left as unknown[]), ...(right as unknown[])]
  return undefined
}

const repeat = (value: unknown, count: unknown): unknown => {
  const times = asNumber(count)
  if (times === undefined || !Number.isInteger(times)) return undefined
  const safe = Math.max(0, times)
  if (typeof value === 'string') {
    checkSize(value.length * safe, 'the string')
    return value.repeat(safe)
  }
  if (!Array.isArray(value)) return undefined
  checkSize(value.length * safe, 'the list')
  const items = Array.from({ length: safe }, () => value as unknown[]).flat(1)
  return value instanceof Tuple ? tupleOf(items) : items
}

/** `-value` and `+value`. */
export const sign = (operator: '-' | '+', value: unknown): number => {
  const number = asNumber(demand(value))
  if (number === undefined)
    throw new TemplateError(`'${operator}' needs a number, not '${typeName(value)}'`)
  // There is no integer -0.
  return operator === '-' && number !== 0 ? -number : number
}

/** `a ~ b`: the values as one text. */
export const concatenate = (values: readonly unknown[]): string => {
  const text = values.map(printValue).join('')
  checkSize(text.length, 'the string')
  return text
}
