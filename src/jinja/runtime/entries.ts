import { didYouMean } from '../error.ts'
import { representValue } from './print.ts'
import { Undefined } from './undefined.ts'
import { characters, typeName, UNDEFINED, unmark } from './values.ts'

/** What an access says if there is nothing: how the user wrote it, and where. */
export type Missing = (fact: string, suggest?: () => string | undefined) => Undefined

/** For an access that no one wrote down, such as a filter's `attribute`. */
export const inPassing: Missing = (fact, suggest) => new Undefined({ path: fact, fact, suggest })

/** The undefined value of a key that an object does not have. */
export const missingKey = (object: unknown, key: unknown, missing: Missing): Undefined =>
  missing(`'${typeName(object)}' has no attribute ${representValue(key)}`, () =>
    object instanceof Map && typeof key === 'string' ? nearestKey(object, key) : undefined,
  )

const nearestKey = (dict: Map<unknown, unknown>, key: string): string | undefined => {
  const known = [...dict.keys()].filter(other => typeof other === 'string')
  return didYouMean(key, known)
}

/** An entry of a dictionary, or UNDEFINED. */
export const getEntry = (object: unknown, key: unknown): unknown => {
  // A missing key and an entry that the host left undefined are told apart by `has`.
  if (!(object instanceof Map) || !object.has(key)) return UNDEFINED
  return object.get(key) ?? null
}

/** An element of a list or a character of a string. */
export const getElement = (
  list: string | readonly unknown[],
  index: number,
  missing: Missing,
): unknown => {
  const items = typeof list === 'string' ? characters(list) : list
  const value = items[index < 0 ? index + items.length : index]
  if (value === undefined) return missing(`'${typeName(list)}' has no element ${index}`)
  return value
}

/** An element or entry; never a method. */
export const getPlainItem = (object: unknown, key: unknown): unknown => {
  const value = unmark(object)
  if ((typeof value === 'string' || Array.isArray(value)) && typeof key === 'number')
    return getElement(value, key, inPassing)
  const entry = getEntry(value, key)
  return entry === UNDEFINED ? missingKey(value, key, inPassing) : entry
}
