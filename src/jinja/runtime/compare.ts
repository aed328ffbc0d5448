import { TemplateError } from '../error.ts'
import { Undefined } from './undefined.ts'
import { demand, dictSize, isText, Markup, Tuple, typeName, unmark } from './values.ts'

/** Python's truth of a value. */
export const isTruthy = (value: unknown): boolean => {
  demand(value)
  if (value instanceof Undefined) return false
  if (value instanceof Markup) return value.text !== ''
  if (Array.isArray(value)) return value.length > 0
  if (value instanceof Map) return value.keys().next().done !== true
  return Boolean(value)
}

const numeric = (value: unknown): number | bigint | undefined => {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  return typeof value === 'boolean' ? Number(value) : undefined
}

/** Python's `==`. Undefined operands raise, as Ansible has it. */
export const equals = (left: unknown, right: unknown): boolean => {
  demand(left)
  demand(right)
  const [a, b] = [unmark(left), unmark(right)]
  if (a === b) return true
  const [x, y] = [numeric(a), numeric(b)]
  // 1 == True, and 1 == 1n
  if (x !== undefined && y !== undefined) return x == y
  if (Array.isArray(a) && Array.isArray(b)) return listsEqual(a, b)
  if (a instanceof Map && b instanceof Map) return dictsEqual(a, b)
  return a instanceof Undefined && b instanceof Undefined
}

const listsEqual = (left: readonly unknown[], right: readonly unknown[]): boolean =>
  left.length === right.length &&
  left instanceof Tuple === right instanceof Tuple &&
  left.every((item, index) => equals(item, right[index]))

const dictsEqual = (left: Map<unknown, unknown>, right: Map<unknown, unknown>): boolean => {
  if (dictSize(left) !== dictSize(right)) return false
  for (const key of left.keys())
    if (!right.has(key) || !equals(left.get(key), right.get(key))) return false
  return true
}

/** Python's ordering: negative, 0 or positive. `operator` is for the message. */
export const compare = (left: unknown, right: unknown, operator = '<'): number => {
  const [a, b] = [unmark(demand(left)), unmark(demand(right))]
  const [x, y] = [numeric(a), numeric(b)]
  if (x !== undefined && y !== undefined) return x < y ? -1 : x > y ? 1 : x == y ? 0 : NaN
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b)
  if (Array.isArray(a) && Array.isArray(b) && a instanceof Tuple === b instanceof Tuple)
    return compareLists(a, b, operator)
  throw new TemplateError(
    `'${operator}' is not supported between '${typeName(a)}' and '${typeName(b)}'`,
  )
}

// By code point, as Python does; JavaScript's < goes by UTF-16 unit.
const compareTexts = (left: string, right: string): number => {
  if (left === right) return 0
  if (!/[\ud800-\udfff]/.test(left + right)) return left < right ? -1 : 1
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}

const compareLists = (left: unknown[], right: unknown[], operator: string): number => {
  const common = Math.min(left.length, right.length)
  for (let index = 0; index < common; index++)
    if (!equals(left[index], right[index])) return compare(left[index], right[index], operator)
  return left.length - right.length
}

/** Python's `item in container`. */
export const contains = (container: unknown, item: unknown): boolean => {
  const inner = unmark(demand(container))
  const wanted = unmark(demand(item))
  if (typeof inner === 'string') {
    if (typeof wanted === 'string') return inner.includes(wanted)
    throw new TemplateError(`'in' a string needs a string on its left, not '${typeName(wanted)}'`)
  }
  if (Array.isArray(inner)) return inner.some(other => equals(other, wanted))
  if (inner instanceof Map) return inner.has(wanted)
  if (inner instanceof Undefined) return false
  throw new TemplateError(`'in' needs a list, dictionary or string, not '${typeName(inner)}'`)
}

/** Whether two values are one and the same, Python's `is`. */
export const isSame = (left: unknown, right: unknown): boolean =>
  isText(left) && isText(right) ? unmark(left) === unmark(right) : Object.is(left, right)
