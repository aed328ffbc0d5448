/** The items under their keys, keys in the order of their first item. (`Map.groupBy` needs Node 21.) */
export const groupBy = <T, K>(items: Iterable<T>, key: (item: T) => K): Map<K, [T, ...T[]]> => {
  const groups = new Map<K, [T, ...T[]]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group === undefined) groups.set(key(item), [item])
    else group.push(item)
  }
  return groups
}
