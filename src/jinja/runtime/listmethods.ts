import { TemplateError } from '../error.ts'
import { iterate } from './iterate.ts'
import { asInteger, optional } from './arguments.ts'
import { compare, equals, isTruthy } from './compare.ts'
import { method, type Method, type MethodTable } from './method.ts'
import { representValue } from './print.ts'

type List = unknown[]

const indexOf = (self: List, wanted: unknown): number => {
  const index = self.findIndex(item => equals(item, wanted))
  if (index < 0) throw new TemplateError(`${representValue(wanted)} is not in the list`)
  return index
}

const pop = (self: List, [at]: unknown[]): unknown => {
  const index = optional(at, -1, asInteger, 'the index')
  const [item] = self.splice(index < 0 ? index + self.length : index, 1)
  if (item === undefined) throw new TemplateError(`the list has no element ${index} to pop`)
  return item
}

/** The methods of tuples, and of lists: those that change nothing. */
export const TUPLE_METHODS: MethodTable<List> = new Map<string, Method<List>>([
  ['index', method('value', (self, [value]) => indexOf(self, value))],
  ['count', method('value', (self, [value]) => self.filter(item => equals(item, value)).length)],
])

/** The methods of lists. */
export const LIST_METHODS: MethodTable<List> = new Map<string, Method<List>>([
  ...TUPLE_METHODS,
  ['copy', method('', self => [...self])],
  ['pop', method('index', pop)],
  [
    'append',
    method('value', (self, [value]) => {
      self.push(value)
    }),
  ],
  [
    'extend',
    method('values', (self, [values]) => {
      self.push(...iterate(values))
    }),
  ],
  [
    'insert',
    method('index value', (self, [index, value]) => {
      self.splice(asInteger(index, 'the index'), 0, value)
    }),
  ],
  [
    'remove',
    method('value', (self, [value]) => {
      self.splice(indexOf(self, value), 1)
    }),
  ],
  [
    'reverse',
    method('', self => {
      self.reverse()
    }),
  ],
  [
    'sort',
    method('reverse', (self, [reverse = false]) => {
      const direction = isTruthy(reverse) ? -1 : 1
      self.sort((left, right) => direction * compare(left, right))
    }),
  ],
  [
    'clear',
    method('', self => {
      self.length = 0
    }),
  ],
])
