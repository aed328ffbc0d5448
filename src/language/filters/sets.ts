import { equals, iterate } from '../../jinja/index.ts'

// Texts and numbers are found by a set; lists and dictionaries, which are rarer, one by one.
const isSimple = (value: unknown): boolean => typeof value !== 'object' || value === null

/** The items without those that equal an earlier one. */
export const uniqueValues = (
  items: readonly unknown[],
  keyOf: (item: unknown) => unknown = item => item,
): readonly unknown[] => {
  const seen = new Set<unknown>()
  const others: unknown[] = []
  return items.filter(item => {
    const key = keyOf(item)
    if (isSimple(key)) {
      const plain = typeof key === 'boolean' ? Number(key) : key
      if (seen.has(plain)) return false
      seen.add(plain)
      return true
    }
    if (others.some(other => equals(other, key))) return false
    others.push(key)
    return true
  })
}

/** Whether a list has an item that equals the value. */
export const includesValue = (items: readonly unknown[], value: unknown): boolean =>
  (isSimple(value) && items.includes(value)) || items.some(item => equals(item, value))

/** Whether every one of `items` is among `others`. */
export const isSubset = (items: unknown, others: unknown): boolean =>
  iterate(items).every(item => includesValue(iterate(others), item))
