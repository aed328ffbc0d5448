import { getPath } from '../runtime/access.ts'
import { isTruthy } from '../runtime/compare.ts'
import { Undefined } from '../runtime/undefined.ts'

/** Reads from an item what a filter sorts, groups or compares by. */
export type Key = (item: unknown) => unknown

/** The item itself without `attribute`, else what is at that path; text without case unless asked. */
export const keyBy = (attribute: unknown, caseSensitive: unknown = true): Key => {
  const read = readBy(attribute)
  return isTruthy(caseSensitive) ? read : item => ignoreCase(read(item))
}

/** What is at the path of an item, or `fallback` (if there is one) where there is nothing. */
export const readBy = (attribute: unknown, fallback?: unknown): Key => {
  if (attribute === undefined || attribute === null) return item => item
  return item => {
    const value = getPath(item, attribute)
    return value instanceof Undefined && fallback !== undefined && fallback !== null
      ? fallback
      : value
  }
}

/** Text in small letters; other values as they are. */
export const ignoreCase = (value: unknown): unknown =>
  typeof value === 'string' ? value.toLowerCase() : value
