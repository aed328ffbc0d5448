import { TemplateError } from '../error.ts'
import { asInteger } from '../runtime/arguments.ts'
import { compare, equals, isTruthy } from '../runtime/compare.ts'
import { type Filter, filterWith } from '../runtime/filter.ts'
import { iterate } from '../runtime/iterate.ts'
import { checkSize, demand, NamedTuple } from '../runtime/values.ts'
import { ignoreCase, readBy } from './sorting.ts'

/** Items grouped by an attribute, in its order, as `(grouper, list)`. */
const groupby = filterWith('attribute default case_sensitive', (value, args) => {
  const [attribute, fallback, caseSensitive = false] = args
  const read = readBy(attribute, fallback)
  const fold = isTruthy(caseSensitive) ? (key: unknown) => key : ignoreCase
  const keyed = iterate(value).map(item => {
    const key = demand(read(item))
    return { item, key, folded: fold(key) }
  })
  keyed.sort((left, right) => compare(left.folded, right.folded))
  const groups: { key: unknown; folded: unknown; items: unknown[] }[] = []
  for (const { item, key, folded } of keyed) {
    const last = groups.at(-1)
    if (last && equals(last.folded, folded)) last.items.push(item)
    else groups.push({ key, folded, items: [item] })
  }
  return groups.map(({ key, items }) => new NamedTuple(['grouper', 'list'], [key, items]))
})

const asCount = (value: unknown, filter: string): number => {
  const count = asInteger(value, `the number for '${filter}'`)
  if (count < 1) throw new TemplateError(`the number for '${filter}' must be at least 1`)
  checkSize(count, 'the list')
  return count
}

/** Lists of `linecount` items; the last may be filled up. */
const batch = filterWith('linecount fill_with', (value, [lineCount, fill = null]) => {
  const size = asCount(lineCount, 'batch')
  const items = iterate(value)
  const batches: unknown[][] = []
  for (let start = 0; start < items.length; start += size) {
    const part = items.slice(start, start + size)
    const missing = fill === null ? 0 : size - part.length
    batches.push([...part, ...Array.from({ length: missing }, () => fill)])
  }
  return batches
})

/** As many lists as asked for, of nearly equal length; the shorter ones may be filled up. */
const slice = filterWith('slices fill_with', (value, [slices, fill = null]) => {
  const count = asCount(slices, 'slice')
  const items = iterate(value)
  const size = Math.floor(items.length / count)
  const longer = items.length % count
  return Array.from({ length: count }, (_, index) => {
    const start = index * size + Math.min(index, longer)
    const part = items.slice(start, start + size + (index < longer ? 1 : 0))
    return fill !== null && index >= longer ? [...part, fill] : part
  })
})

/** Filters that cut a list into lists. */
export const GROUP_FILTERS: Readonly<Record<string, Filter>> = { groupby, batch, slice }
