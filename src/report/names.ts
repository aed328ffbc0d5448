/** Up to so many names are all told. */
const MOST_NAMES = 5

/** `web1, web2 … web10 (10 hosts)`; all of them where they are few, or where `all` says so. */
export const shortList = (
  names: readonly string[],
  what: 'hosts' | 'items',
  all: 'all' | 'few' = 'few',
): string => {
  if (all === 'all' || names.length <= MOST_NAMES) return names.join(', ')
  const [first, second] = names
  return `${first}, ${second} … ${names.at(-1)} (${names.length} ${what})`
}
