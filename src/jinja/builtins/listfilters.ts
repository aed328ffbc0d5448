import { TemplateError } from '../error.ts'
import { calculate } from '../runtime/arithmetic.ts'
import { compare, equals, isTruthy } from '../runtime/compare.ts'
import { type Filter, filterWith } from '../runtime/filter.ts'
import { iterate } from '../runtime/iterate.ts'
import { printValue } from '../runtime/print.ts'
import { Undefined } from '../runtime/undefined.ts'
import { dictEntries, demand, typeName } from '../runtime/values.ts'
import { ignoreCase, keyBy, type Key } from './sorting.ts'

/** Sorts by keys that are read once each; what compares equal keeps its order, also in reverse. */
const sortBy = (items: readonly unknown[], key: Key, reverse: boolean): unknown[] =>
  items
    .map(item => ({ item, key: demand(key(item)) }))
    .sort((left, right) => (reverse ? compare(right.key, left.key) : compare(left.key, right.key)))
    .map(({ item }) => item)

const sort = filterWith('reverse case_sensitive attribute', (value, args) => {
  const [reverse = false, caseSensitive = false, attribute] = args
  const keys =
    typeof attribute === 'string' && attribute.includes(',') ? attribute.split(',') : [attribute]
  const read = keys.map(path => keyBy(indexOrPath(path), caseSensitive))
  return sortBy(iterate(value), item => read.map(part => demand(part(item))), isTruthy(reverse))
})

const indexOrPath = (path: unknown): unknown =>
  typeof path === 'string' && /^\d+$/.test(path) ? Number(path) : path

const dictsort = filterWith('case_sensitive by reverse', (value, args) => {
  const [caseSensitive = false, by = 'key', reverse = false] = args
  if (!(value instanceof Map))
    throw new TemplateError(`'dictsort' needs a dictionary, not '${typeName(value)}'`)
  if (by !== 'key' && by !== 'value')
    throw new TemplateError("'dictsort' sorts by 'key' or 'value'")
  const read: Key = entry => (entry as unknown[])[by === 'key' ? 0 : 1]
  const key: Key = isTruthy(caseSensitive) ? read : entry => ignoreCase(read(entry))
  return sortBy([...dictEntries(value)], key, isTruthy(reverse))
})

const unique = filterWith(
  'case_sensitive attribute',
  (value, [caseSensitive = false, attribute]) => {
    const key = keyBy(attribute, caseSensitive)
    const plain = new Set<unknown>()
    const others: unknown[] = []
    return iterate(value).filter(item => {
      const wanted = demand(key(item))
      // Only texts can be looked up: 1 equals true, and lists equal by what they hold.
      const isPlain = typeof wanted === 'string'
      if (isPlain ? plain.has(wanted) : others.some(other => equals(other, wanted))) return false
      if (isPlain) plain.add(wanted)
      else others.push(wanted)
      return true
    })
  },
)

const extreme = (direction: 1 | -1): Filter =>
  filterWith('case_sensitive attribute', (value, [caseSensitive = false, attribute]) => {
    const key = keyBy(attribute, caseSensitive)
    const items = iterate(value)
    if (items.length === 0) return nothing(direction > 0 ? 'max' : 'min')
    return items.reduce((best, item) =>
      compare(key(item), key(best)) * direction > 0 ? item : best,
    )
  })

const nothing = (filter: string): Undefined =>
  new Undefined({ path: `the result of '${filter}'`, fact: `'${filter}' was given an empty list` })

const sum = filterWith('attribute start', (value, [attribute, start = 0]) => {
  const key = keyBy(attribute)
  return iterate(value).reduce((total, item) => calculate('+', total, key(item)), start)
})

const join = filterWith('d attribute', (value, [separator = '', attribute]) => {
  const key = keyBy(attribute)
  const texts = iterate(value).map(item => printValue(key(item)))
  return texts.join(printValue(separator))
})

const end = (name: 'first' | 'last' | 'random', pick: (length: number) => number): Filter =>
  filterWith('', value => {
    const items = iterate(value)
    return items.length === 0 ? nothing(name) : items[pick(items.length)]
  })

const reverse = filterWith('', value => {
  const items = [...iterate(value)].reverse()
  return typeof value === 'string' ? items.join('') : items
})

/** Filters for lists. */
export const LIST_FILTERS: Readonly<Record<string, Filter>> = {
  sort,
  dictsort,
  unique,
  min: extreme(-1),
  max: extreme(1),
  sum,
  join,
  first: end('first', () => 0),
  last: end('last', length => length - 1),
  random: end('random', length => Math.floor(Math.random() * length)),
  reverse,
}
