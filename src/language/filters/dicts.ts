import {
  asDict,
  asText,
  equals,
  filterWith,
  isTruthy,
  iterate,
  optional,
  printValue,
  TemplateError,
  typeName,
  type Filter,
} from '../../jinja/index.ts'

type Dict = ReadonlyMap<unknown, unknown>
type MergeLists = (older: readonly unknown[], newer: readonly unknown[]) => readonly unknown[]

const without = (items: readonly unknown[], others: readonly unknown[]): readonly unknown[] =>
  items.filter(item => !others.some(other => equals(item, other)))

const LIST_MERGES: Readonly<Record<string, MergeLists>> = {
  replace: (_, newer) => newer,
  keep: older => older,
  append: (older, newer) => [...older, ...newer],
  prepend: (older, newer) => [...newer, ...older],
  append_rp: (older, newer) => [...without(older, newer), ...newer],
  prepend_rp: (older, newer) => [...newer, ...without(older, newer)],
}

interface Merging {
  readonly isRecursive: boolean
  readonly mergeLists: MergeLists
}

const mergeTwo = (older: Dict, newer: Dict, merging: Merging): Dict => {
  const merged = new Map(older)
  for (const [key, value] of newer)
    merged.set(key, older.has(key) ? mergeValues(older.get(key), value, merging) : value)
  return merged
}

const mergeValues = (older: unknown, newer: unknown, merging: Merging): unknown => {
  if (merging.isRecursive && older instanceof Map && newer instanceof Map)
    return mergeTwo(older, newer, merging)
  if (Array.isArray(older) && Array.isArray(newer)) return merging.mergeLists(older, newer)
  return newer
}

const combine: Filter = (value, args, kwargs) => {
  const name = optional(kwargs.get('list_merge'), 'replace', asText, 'list_merge')
  const mergeLists = LIST_MERGES[name]
  if (!mergeLists)
    throw new TemplateError(`combine knows no list_merge "${name}"`, {
      hint: `known are ${Object.keys(LIST_MERGES).join(', ')}`,
    })
  const isRecursive = kwargs.has('recursive') && isTruthy(kwargs.get('recursive'))
  return [value, ...args]
    .flatMap(item => (Array.isArray(item) ? (item.flat(Infinity) as unknown[]) : [item]))
    .map(item => asDict(item, 'what combine merges'))
    .reduce<Dict>((merged, dict) => mergeTwo(merged, dict, { isRecursive, mergeLists }), new Map())
}

const dict2items = filterWith('key_name value_name', (value, [keyName, valueName]) => {
  const [key, item] = [keyName ?? 'key', valueName ?? 'value']
  return Array.from(
    asDict(value, 'what dict2items takes'),
    ([name, below]) =>
      new Map([
        [key, name],
        [item, below],
      ]),
  )
})

const items2dict = filterWith('key_name value_name', (value, [keyName, valueName]) => {
  const [keyField, valueField] = [keyName ?? 'key', valueName ?? 'value']
  return new Map(
    iterate(value).map(item => {
      const dict = asDict(item, 'an item of items2dict')
      for (const field of [keyField, valueField])
        if (!dict.has(field))
          throw new TemplateError(`an item has no '${printValue(field)}'`, {
            hint: 'key_name and value_name name the fields',
          })
      return [dict.get(keyField), dict.get(valueField)]
    }),
  )
})

const rekeyOnMember = filterWith('key duplicates', (value, [key, duplicates]) => {
  const items = value instanceof Map ? [...value.values()] : iterate(value)
  const rekeyed = new Map<unknown, unknown>()
  for (const item of items) {
    const name = asDict(item, 'an item').get(key)
    if (name === undefined) throw new TemplateError(`an item has no '${printValue(key)}'`)
    if (rekeyed.has(name) && duplicates !== 'overwrite')
      throw new TemplateError(`two items have the same '${printValue(key)}'`)
    rekeyed.set(name, item)
  }
  return rekeyed
})

const extract = filterWith('container morekeys', (value, [container, more]) => {
  const keys = more === undefined ? [] : Array.isArray(more) ? (more as unknown[]) : [more]
  return [value, ...keys].reduce<unknown>((below, key) => {
    if (below instanceof Map) {
      if (below.has(key)) return below.get(key)
    } else if (Array.isArray(below) && typeof key === 'number') {
      const item: unknown = below.at(key)
      if (item !== undefined) return item
    }
    throw new TemplateError(`a ${typeName(below)} has no '${printValue(key)}' to extract`)
  }, container)
})

/** Filters over dictionaries. */
export const DICT_FILTERS: Readonly<Record<string, Filter>> = {
  combine,
  dict2items,
  items2dict,
  rekey_on_member: rekeyOnMember,
  extract,
}
