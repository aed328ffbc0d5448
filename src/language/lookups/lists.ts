import { randomInt } from 'node:crypto'
import { asDict, isTruthy, iterate, printValue, TemplateError } from '../../jinja/index.ts'
import { products, subelements } from '../filters/lists.ts'
import { isImpure, type Lookup } from './lookup.ts'

const spread = (terms: readonly unknown[]): readonly unknown[] =>
  terms.flatMap(term => (Array.isArray(term) ? (term as unknown[]) : [term]))

const flattened = (terms: readonly unknown[]): readonly unknown[] =>
  terms.flatMap(term => {
    if (Array.isArray(term)) return flattened(term)
    return term === null ? [] : [term]
  })

const asLists = (terms: readonly unknown[]): readonly (readonly unknown[])[] =>
  terms.map(term => (Array.isArray(term) ? (term as unknown[]) : [term]))

const dict: Lookup = ({ terms }) =>
  spread(terms).flatMap(term =>
    Array.from(
      asDict(term, 'what the lookup dict takes'),
      ([key, value]) =>
        new Map([
          ['key', key],
          ['value', value],
        ]),
    ),
  )

const together: Lookup = ({ terms }) => {
  const lists = asLists(terms)
  if (lists.length === 0) throw new TemplateError('the lookup together needs at least one list')
  const length = Math.max(...lists.map(list => list.length))
  return Array.from({ length }, (_, index) => lists.map(list => list[index] ?? null))
}

const subelementsLookup: Lookup = ({ terms }) => {
  const [elements, key, flags] = terms
  if (key === undefined) throw new TemplateError('the lookup subelements needs a list and a key')
  const skip = flags instanceof Map ? (flags.get('skip_missing') as unknown) : undefined
  const pairs = subelements(elements, key, skip !== undefined && isTruthy(skip))
  const path = typeof key === 'string' ? key.split('.') : iterate(key)
  return pairs.map(([element, item]) => [withoutPath(element, path), item])
}

// Unlike the filter of the same name, the lookup leaves the list out of the element.
const withoutPath = (element: unknown, [step, ...deeper]: readonly unknown[]): unknown => {
  if (!(element instanceof Map)) return element
  const copy = new Map(element as ReadonlyMap<unknown, unknown>)
  if (deeper.length === 0) copy.delete(step)
  else copy.set(step, withoutPath(copy.get(step), deeper))
  return copy
}

const randomChoice: Lookup = call => {
  isImpure(call)
  const items = spread(call.terms)
  return items.length === 0 ? [] : [items[randomInt(items.length)]]
}

const inventoryHostnames: Lookup = ({ terms, resolver }) =>
  resolver.surroundings.hosts.match(spread(terms).map(printValue).join(','))

/** Lookups that make lists of lists. */
export const LIST_LOOKUPS: Readonly<Record<string, Lookup>> = {
  items: ({ terms }) => spread(terms),
  list: ({ terms }) => terms,
  flattened: ({ terms }) => flattened(terms),
  dict,
  together,
  nested: ({ terms }) => products(asLists(terms)).map(row => row.flat(1)),
  cartesian: ({ terms }) => products(asLists(terms)).map(row => row.flat(1)),
  subelements: subelementsLookup,
  indexed_items: ({ terms }) => spread(terms).map((item, index) => [index, item]),
  random_choice: randomChoice,
  inventory_hostnames: inventoryHostnames,
}
