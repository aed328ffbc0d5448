import { Undefined } from './undefined.ts'
import { demand, Markup } from './values.ts'

/** A value as the host gets it: no markup, and nothing undefined, also inside of lists and dictionaries. */
export const finish = (value: unknown): unknown => {
  if (value instanceof Markup) return value.text
  demand(value)
  // An `if` without `else` that is false prints nothing.
  if (value instanceof Undefined) return ''
  requireDefinedItems(value)
  return value
}

// Lazy dictionaries are subclasses of Map: they are the host's, and reading them would resolve them.
const requireDefinedItems = (value: unknown): void => {
  const isOwn = Array.isArray(value) || (value instanceof Map && value.constructor === Map)
  if (!isOwn) return
  for (const item of (value as unknown[] | Map<unknown, unknown>).values()) {
    if (item instanceof Undefined) demand(item)
    else requireDefinedItems(item)
  }
}
