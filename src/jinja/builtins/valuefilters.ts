import { TemplateError } from '../error.ts'
import { findMethod } from '../runtime/methods.ts'
import { asText } from '../runtime/arguments.ts'
import { isTruthy } from '../runtime/compare.ts'
import { type Filter, filterWith } from '../runtime/filter.ts'
import { iterate } from '../runtime/iterate.ts'
import { printValue, representValue } from '../runtime/print.ts'
import { Undefined } from '../runtime/undefined.ts'
import {
  characters,
  demand,
  dictEntries,
  dictSize,
  Markup,
  TemplateObject,
  typeName,
  UNDEFINED,
} from '../runtime/values.ts'

/** The one filter that takes what is undefined; what a trap or the host throws it does not. */
const fallback = filterWith(
  'default_value boolean',
  (value, [otherwise = '', boolean = false]) => {
    if (value instanceof Undefined) return otherwise
    return isTruthy(boolean) && !isTruthy(value) ? otherwise : value
  },
  { acceptsUndefined: true, acceptsMarkup: true },
)

/** The number of items of a list or dictionary, or of characters of a string. */
const length = filterWith('', value => {
  if (typeof value === 'string') return characters(value).length
  if (Array.isArray(value)) return value.length
  if (value instanceof Map) return dictSize(value)
  throw new TemplateError(`a value of type '${typeName(value)}' has no length`)
})

const items = filterWith('', value => {
  if (value instanceof Map) return [...dictEntries(value)]
  throw new TemplateError(`'items' needs a dictionary, not '${typeName(value)}'`)
})

// Unlike `value.name`, this finds methods only, never an entry of a dictionary.
const attribute = filterWith('name', (value, [name]) => {
  const key = asText(name, "the name for 'attr'")
  const own = value instanceof TemplateObject ? value.attribute(key) : UNDEFINED
  if (own !== UNDEFINED) return own
  const fact = `'${typeName(value)}' has no attribute '${key}'`
  return findMethod(value, key) ?? new Undefined({ path: key, fact })
})

/** Filters for values of any type. */
export const VALUE_FILTERS: Readonly<Record<string, Filter>> = {
  default: fallback,
  d: fallback,
  length,
  count: length,
  items,
  attr: attribute,
  list: filterWith('', value => [...iterate(value)]),
  string: filterWith('', value => (value instanceof Markup ? value : printValue(demand(value))), {
    acceptsMarkup: true,
  }),
  pprint: filterWith('', value => representValue(value)),
}
