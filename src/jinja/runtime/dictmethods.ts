import { TemplateError } from '../error.ts'
import { asDict } from './arguments.ts'
import { iterate } from './iterate.ts'
import { method, type Method, type MethodTable } from './method.ts'
import { representValue } from './print.ts'
import { dictEntries, type Kwargs, tupleOf } from './values.ts'

type Dict = Map<unknown, unknown>

const update = (self: Dict, [other]: unknown[], kwargs: Kwargs): null => {
  if (other !== undefined) for (const [key, value] of pairsOf(other)) self.set(key, value)
  for (const [key, value] of kwargs) self.set(key, value)
  return null
}

/** The pairs of a dictionary or of a list of pairs. */
export const pairsOf = (value: unknown): (readonly [unknown, unknown])[] =>
  value instanceof Map
    ? Array.from(dictEntries(value), entry => [entry[0], entry[1]] as const)
    : iterate(value).map(pair => {
        const [key, inner, ...more] = iterate(pair)
        if (inner === undefined || more.length > 0)
          throw new TemplateError('a dictionary is made of pairs of a key and a value')
        return [key, inner] as const
      })

const pop = (self: Dict, [key, fallback]: unknown[]): unknown => {
  if (!self.has(key)) {
    if (fallback !== undefined) return fallback
    throw new TemplateError(`the dictionary has no key ${representValue(key)}`)
  }
  const value = self.get(key)
  self.delete(key)
  return value
}

const popLast = (self: Dict): unknown => {
  const key = [...self.keys()].at(-1)
  if (key === undefined) throw new TemplateError('the dictionary is empty')
  return tupleOf([key, pop(self, [key])])
}

const setDefault = (self: Dict, [key, fallback = null]: unknown[]): unknown => {
  if (!self.has(key)) self.set(key, fallback)
  return self.get(key)
}

/** The methods of dictionaries. */
export const DICT_METHODS: MethodTable<Dict> = new Map<string, Method<Dict>>([
  ['items', method('', self => [...dictEntries(self)])],
  ['keys', method('', self => [...self.keys()])],
  ['values', method('', self => Array.from(dictEntries(self), entry => entry[1]))],
  [
    'get',
    method('key default', (self, [key, fallback = null]) =>
      self.has(key) ? self.get(key) : fallback,
    ),
  ],
  ['copy', method('', self => new Map(pairsOf(self)))],
  ['update', { parameters: 'rest', run: update }],
  ['pop', method('key default', pop)],
  ['popitem', method('', popLast)],
  ['setdefault', method('key default', setDefault)],
  [
    'clear',
    method('', self => {
      self.clear()
    }),
  ],
  [
    'fromkeys',
    method(
      'keys value',
      (_, [keys, value = null]) => new Map(iterate(asKeys(keys)).map(key => [key, value])),
    ),
  ],
])

const asKeys = (keys: unknown): unknown => (keys instanceof Map ? asDict(keys, 'keys') : keys)
