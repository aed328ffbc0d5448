import { TemplateError } from '../error.ts'
import { Undefined } from './undefined.ts'
import { demand, typeName, unmark } from './values.ts'

/** The items that a loop over a value sees. */
export const iterate = (value: unknown): readonly unknown[] => {
  const items = unmark(demand(value))
  if (Array.isArray(items)) return items as unknown[]
  if (typeof items === 'string') return Array.from(items)
  if (items instanceof Map) return [...items.keys()]
  if (items instanceof Undefined) return []
  throw new TemplateError(`a value of type '${typeName(items)}' cannot be iterated over`)
}
