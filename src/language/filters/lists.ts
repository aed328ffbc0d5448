import {
  asDict,
  asInteger,
  compare,
  filterWith,
  getPath,
  isTruthy,
  iterate,
  optional,
  TemplateError,
  type Filter,
} from '../../jinja/index.ts'
import { includesValue, uniqueValues } from './sets.ts'

const listOf = (value: unknown): readonly unknown[] => iterate(value)

const flatten = filterWith('levels skip_nulls', (value, [levels, skipNulls]) => {
  const depth = optional(levels, Infinity, asInteger, 'levels')
  const skip = skipNulls === undefined || isTruthy(skipNulls)
  const isNull = (item: unknown): boolean => item === null || item === 'None' || item === 'null'
  const spread = (items: readonly unknown[], left: number): readonly unknown[] =>
    items.flatMap(item => {
      if (skip && isNull(item)) return []
      return Array.isArray(item) && left > 0 ? spread(item, left - 1) : [item]
    })
  return spread(listOf(value), depth)
})

const setFilter = (
  choose: (left: readonly unknown[], right: readonly unknown[]) => readonly unknown[],
): Filter =>
  filterWith('other', (value, [other]) => uniqueValues(choose(listOf(value), listOf(other))))

const difference = (left: readonly unknown[], right: readonly unknown[]): readonly unknown[] =>
  left.filter(item => !includesValue(right, item))

const unique = filterWith('case_sensitive attribute', (value, [caseSensitive, attribute]) => {
  const keyOf = (item: unknown): unknown => {
    const key = attribute === undefined ? item : getPath(item, attribute)
    const isSensitive = caseSensitive !== undefined && isTruthy(caseSensitive)
    return !isSensitive && typeof key === 'string' ? key.toLowerCase() : key
  }
  return uniqueValues(listOf(value), keyOf)
})

const zipAll = (
  lists: readonly (readonly unknown[])[],
  length: number,
  filler: unknown,
): unknown[] =>
  Array.from({ length }, (_, index) =>
    lists.map(list => (index < list.length ? list[index] : filler)),
  )

const zip: Filter = (value, args) => {
  const lists = [value, ...args].map(listOf)
  return zipAll(lists, Math.min(...lists.map(list => list.length)), null)
}

const zipLongest: Filter = (value, args, kwargs) => {
  const lists = [value, ...args].map(listOf)
  return zipAll(lists, Math.max(...lists.map(list => list.length)), kwargs.get('fillvalue') ?? null)
}

/** Every choice of one item from each list, the last list's items changing first. */
export const products = (lists: readonly (readonly unknown[])[]): unknown[][] =>
  lists.reduce<unknown[][]>(
    (rows, list) => rows.flatMap(row => list.map(item => [...row, item])),
    [[]],
  )

const product: Filter = (value, args, kwargs) => {
  const repeat = optional(kwargs.get('repeat'), 1, asInteger, 'repeat')
  const lists = [value, ...args].map(listOf)
  return products(Array.from({ length: repeat }, () => lists).flat())
}

const permutations = filterWith('length', (value, [length]) => {
  const items = listOf(value)
  const size = optional(length, items.length, asInteger, 'the length')
  const extend = (chosen: readonly number[]): readonly (readonly number[])[] =>
    chosen.length === size
      ? [chosen]
      : items.flatMap((_, index) => (chosen.includes(index) ? [] : extend([...chosen, index])))
  return extend([]).map(indices => indices.map(index => items[index]))
})

const combinations = filterWith('length', (value, [length]) => {
  const items = listOf(value)
  const size = asInteger(length, 'the length')
  const extend = (from: number, chosen: readonly unknown[]): readonly (readonly unknown[])[] =>
    chosen.length === size
      ? [chosen]
      : items.slice(from).flatMap((item, index) => extend(from + index + 1, [...chosen, item]))
  return extend(0, [])
})

/** Pairs of each element and each item of the list below its `key`. */
export const subelements = (
  value: unknown,
  key: unknown,
  skipMissing: boolean,
): readonly (readonly unknown[])[] => {
  const elements: readonly unknown[] = value instanceof Map ? [...value.values()] : listOf(value)
  const path = typeof key === 'string' ? key.split('.') : iterate(key)
  return elements.flatMap(element => {
    let below: unknown = element
    for (const step of path) {
      const dictionary = asDict(below, 'an element')
      if (!dictionary.has(step)) {
        if (skipMissing) return []
        throw new TemplateError(`an element has no key '${String(step)}'`, {
          hint: 'with skip_missing=True such elements are left out',
        })
      }
      below = dictionary.get(step)
    }
    if (!Array.isArray(below))
      throw new TemplateError(`'${path.join('.')}' of an element is no list`)
    return (below as readonly unknown[]).map(item => [element, item])
  })
}

const subelementsFilter = filterWith('subelements skip_missing', (value, [key, skip]) =>
  subelements(value, key, skip !== undefined && isTruthy(skip)),
)

const extreme = (sign: 1 | -1): Filter =>
  filterWith('attribute', (value, [attribute]) => {
    const items = listOf(value)
    if (items.length === 0) throw new TemplateError('an empty list has no smallest or largest item')
    const keyOf = (item: unknown): unknown =>
      attribute === undefined ? item : getPath(item, attribute)
    return items.reduce((best, item) =>
      compare(keyOf(item), keyOf(best)) * sign > 0 ? item : best,
    )
  })

/** Filters over lists. */
export const LIST_FILTERS: Readonly<Record<string, Filter>> = {
  flatten,
  unique,
  union: setFilter((left, right) => [...left, ...right]),
  intersect: setFilter((left, right) => left.filter(item => includesValue(right, item))),
  difference: setFilter(difference),
  symmetric_difference: setFilter((left, right) => [
    ...difference(left, right),
    ...difference(right, left),
  ]),
  zip,
  zip_longest: zipLongest,
  product,
  permutations,
  combinations,
  subelements: subelementsFilter,
  min: extreme(-1),
  max: extreme(1),
}
