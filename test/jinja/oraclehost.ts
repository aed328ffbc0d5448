import {
  asText,
  compare,
  equals,
  type Filter,
  filterWith,
  isTruthy,
  iterate,
  toJson,
  typeName,
  Undefined,
} from '../../src/jinja/index.ts'
import { toTemplateValue } from './values.ts'

// The oracle's cases use some of Ansible's filters and tests, which belong to the language layer.
// These are just enough of them to answer those cases.

const combine: Filter = (value, [over], kwargs) =>
  merge(value, over, kwargs.get('recursive') === true)

const merge = (base: unknown, over: unknown, recursive: boolean): unknown => {
  if (!(base instanceof Map) || !(over instanceof Map)) return over
  const merged = new Map<unknown, unknown>(base)
  for (const [key, value] of over)
    merged.set(key, recursive && merged.has(key) ? merge(merged.get(key), value, true) : value)
  return merged
}

const regex = (pattern: unknown): RegExp => new RegExp(asText(pattern, 'the pattern'), 'g')

const numbers = (version: unknown): number[] => asText(version, 'a version').split('.').map(Number)

const flatten = (value: unknown): unknown[] =>
  iterate(value).flatMap(item => (Array.isArray(item) ? flatten(item) : [item]))

const flag = (value: unknown, name: string): boolean =>
  value instanceof Map && isTruthy(value.get(name) ?? false)

export const filters: Record<string, Filter> = {
  combine,
  dict2items: filterWith('key_name value_name', (value, [key = 'key', name = 'value']) =>
    [...(value as Map<unknown, unknown>)].map(
      entry =>
        new Map([
          [key, entry[0]],
          [name, entry[1]],
        ]),
    ),
  ),
  items2dict: filterWith(
    '',
    value =>
      new Map(
        iterate(value).map(item => [
          (item as Map<string, unknown>).get('key'),
          (item as Map<string, unknown>).get('value'),
        ]),
      ),
  ),
  regex_replace: filterWith('pattern replacement', (value, [pattern, replacement]) =>
    asText(value, 'the text').replace(
      regex(pattern),
      asText(replacement, 'it').replace(/\\(\d)/g, '$$$1'),
    ),
  ),
  bool: filterWith('', value => value === 'yes'),
  ternary: filterWith('yes no', (value, [yes, no]) => (isTruthy(value) ? yes : no)),
  basename: filterWith('', value => asText(value, 'the path').split('/').at(-1)),
  flatten: filterWith('', flatten),
  difference: filterWith('other', (value, [other]) =>
    iterate(value).filter(item => !iterate(other).some(one => equals(item, one))),
  ),
  mandatory: filterWith('', value => (value instanceof Undefined ? value.raise() : value), {
    acceptsUndefined: true,
  }),
  to_json: filterWith('', value => toJson(value)),
  from_json: filterWith('', value => toTemplateValue(JSON.parse(asText(value, 'the JSON')))),
  type_debug: filterWith('', value => typeName(value)),
  json_query_like: filterWith('uid', (value, [uid]) =>
    iterate(value).filter(item => equals((item as Map<string, unknown>).get('uid'), uid)),
  ),
}

export const tests: Record<string, Filter> = {
  version: filterWith('other operator', (value, [other, operator = '==']) => {
    const order = compare(numbers(value), numbers(other))
    return operator === '>=' ? order >= 0 : order < 0
  }),
  match: filterWith(
    'pattern',
    (value, [pattern]) => asText(value, 'it').search(regex(pattern)) === 0,
  ),
  search: filterWith(
    'pattern',
    (value, [pattern]) => asText(value, 'it').search(regex(pattern)) >= 0,
  ),
  changed: filterWith('', value => flag(value, 'changed')),
  failed: filterWith('', value => flag(value, 'failed')),
  success: filterWith('', value => !flag(value, 'failed')),
}

export const globals: Record<string, unknown> = {
  lookupfn: (args: unknown[], kwargs: Map<string, unknown>) =>
    kwargs.get('wantlist') === true ? args : args.join(','),
  throwing: () => {
    throw new Error('boom')
  },
}
