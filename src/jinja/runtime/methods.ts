import { DICT_METHODS } from './dictmethods.ts'
import { LIST_METHODS, TUPLE_METHODS } from './listmethods.ts'
import { bindMethod, type MethodTable } from './method.ts'
import { NUMBER_METHODS } from './numbermethods.ts'
import { STRING_METHODS } from './stringmethods.ts'
import { type Callable, isText, Tuple, unmark } from './values.ts'

/** The Python method of a value, bound to it. These tables are all that templates can reach. */
export const findMethod = (object: unknown, name: string): Callable | undefined => {
  const self = unmark(object)
  const table = methodsOf(self)
  const method = table?.get(name)
  return method && bindMethod(self, name, method)
}

const methodsOf = (self: unknown): MethodTable<never> | undefined => {
  if (isText(self)) return STRING_METHODS
  if (self instanceof Map) return DICT_METHODS
  if (self instanceof Tuple) return TUPLE_METHODS
  if (Array.isArray(self)) return LIST_METHODS
  return typeof self === 'number' || typeof self === 'boolean' ? NUMBER_METHODS : undefined
}
