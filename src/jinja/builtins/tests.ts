import { TemplateError } from '../error.ts'
import { asNumber } from '../runtime/arguments.ts'
import { calculate } from '../runtime/arithmetic.ts'
import { isLower, isUpper } from '../runtime/casemethods.ts'
import { compare, contains, equals, isSame } from '../runtime/compare.ts'
import { type Filter, filterWith } from '../runtime/filter.ts'
import { printValue } from '../runtime/print.ts'
import { Undefined } from '../runtime/undefined.ts'
import { Callable, Markup, TemplateObject } from '../runtime/values.ts'

/** A test of the value alone. */
const is = (check: (value: unknown) => boolean): Filter => filterWith('', value => check(value))

/** A test against one other value. */
const isTo = (check: (value: unknown, other: unknown) => boolean): Filter =>
  filterWith('other', (value, [other]) => {
    if (other === undefined) throw new TemplateError('the test needs something to test against')
    return check(value, other)
  })

const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'

const remainder = (value: unknown, divisor: unknown): unknown =>
  calculate('%', asNumber(value, 'the value'), asNumber(divisor, 'the divisor'))

const isIterable = (value: unknown): boolean =>
  typeof value === 'string' || Array.isArray(value) || value instanceof Map

const existence = (wanted: boolean): Filter =>
  filterWith('', value => value instanceof Undefined !== wanted, { acceptsUndefined: true })

const equal = isTo(equals)
const unequal = isTo((value, other) => !equals(value, other))
const less = isTo((value, other) => compare(value, other, '<') < 0)
const atMost = isTo((value, other) => compare(value, other, '<=') <= 0)
const greater = isTo((value, other) => compare(value, other, '>') > 0)
const atLeast = isTo((value, other) => compare(value, other, '>=') >= 0)

/** The tests for which there are more names than one. */
const COMPARISONS: Readonly<Record<string, Filter>> = {
  '==': equal,
  eq: equal,
  equalto: equal,
  '!=': unequal,
  ne: unequal,
  '<': less,
  lt: less,
  lessthan: less,
  '<=': atMost,
  le: atMost,
  '>': greater,
  gt: greater,
  greaterthan: greater,
  '>=': atLeast,
  ge: atLeast,
}

/** `is filter` and `is test`: whether there is one of that name. */
export const knownNames = (names: ReadonlyMap<string, unknown>): Filter =>
  is(value => typeof value === 'string' && names.has(value))

/** Jinja2's own tests, by name; `filter` and `test` belong to the environment. */
export const TESTS: ReadonlyMap<string, Filter> = new Map(
  Object.entries({
    ...COMPARISONS,
    defined: existence(true),
    undefined: existence(false),
    none: is(value => value === null),
    boolean: is(value => typeof value === 'boolean'),
    true: is(value => value === true),
    false: is(value => value === false),
    string: is(value => typeof value === 'string'),
    number: is(isNumber),
    integer: is(value => Number.isInteger(value)),
    float: is(value => typeof value === 'number' && !Number.isInteger(value)),
    mapping: is(value => value instanceof Map),
    sequence: is(isIterable),
    iterable: is(isIterable),
    callable: is(
      value =>
        value instanceof Callable || (value instanceof TemplateObject && value.call !== undefined),
    ),
    odd: is(value => remainder(value, 2) === 1),
    even: is(value => remainder(value, 2) === 0),
    divisibleby: isTo((value, divisor) => remainder(value, divisor) === 0),
    upper: is(value => isUpper(printValue(value))),
    lower: is(value => isLower(printValue(value))),
    in: isTo((value, container) => contains(container, value)),
    sameas: isTo(isSame),
    escaped: filterWith('', value => value instanceof Markup, { acceptsMarkup: true }),
  }),
)
