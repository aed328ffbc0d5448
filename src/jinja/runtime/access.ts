import { getElement, getEntry, inPassing, missingKey, type Missing } from './entries.ts'
import { findMethod } from './methods.ts'
import { Undefined } from './undefined.ts'
import { demand, NamedTuple, TemplateObject, UNDEFINED, unmark } from './values.ts'

/**
 * `object.name`: a Python method first, then an entry; so `d.items` is the method even if a key
 * is called so. The result may be a trap.
 */
export const getAttribute = (object: unknown, name: string, missing = inPassing): unknown => {
  const value = unmark(object)
  if (value instanceof Undefined) return value
  if (value instanceof TemplateObject) return ownAttribute(value, name, missing)
  const field = value instanceof NamedTuple ? value.field(name) : UNDEFINED
  if (field !== UNDEFINED) return field
  const method = findMethod(value, name)
  if (method) return method
  const entry = getEntry(value, name)
  return entry === UNDEFINED ? missingKey(value, name, missing) : entry
}

/** `object[key]`: an entry first, then a Python method. The result may be a trap. */
export const getItem = (object: unknown, key: unknown, missing = inPassing): unknown => {
  const value = unmark(object)
  const index = unmark(demand(key))
  if (value instanceof Undefined) return value
  if (typeof value === 'string' || Array.isArray(value)) {
    if (typeof index === 'number' || typeof index === 'boolean')
      return getElement(value, Number(index), missing)
  } else if (value instanceof Map) {
    const entry = getEntry(value, index)
    if (entry !== UNDEFINED) return entry
  }
  if (typeof index !== 'string') return missingKey(value, index, missing)
  if (value instanceof TemplateObject) return ownAttribute(value, index, missing)
  return findMethod(value, index) ?? missingKey(value, index, missing)
}

const ownAttribute = (object: TemplateObject, name: string, missing: Missing): unknown => {
  const value = object.attribute(name)
  return value === UNDEFINED ? missingKey(object, name, missing) : value
}

/** `a.b.0.c` as filters take it for their `attribute`; a number is one item. */
export const getPath = (object: unknown, path: unknown): unknown => {
  if (typeof path !== 'string') return demandTrap(getItem(object, path))
  return path
    .split('.')
    .reduce<unknown>(
      (value, part) => demandTrap(getItem(value, /^\d+$/.test(part) ? Number(part) : part)),
      object,
    )
}

const demandTrap = (value: unknown): unknown => (value instanceof Undefined ? value : demand(value))
