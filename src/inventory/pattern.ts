import { UserError } from '../core/error.ts'

/** What a pattern is matched against. */
export interface Candidates {
  readonly hosts: readonly string[]
  readonly groups: readonly string[]
  hostsOf(group: string): readonly string[]
  /** A host that exists though no source names it (`localhost`). */
  implicitHost(name: string): string | undefined
  /** Called with a part of the pattern that names nothing. */
  onUnknown(part: string): void
}

const SUBSCRIPT = /^(.+)\[(?:(-?\d+)|(\d+):(\d*))\]$/

/**
 * The hosts of a pattern in its order: parts split by `,` or `:`; `&x` keeps only what is also in
 * x, `!x` leaves x out, both after all other parts.
 */
export const matchPattern = (pattern: string, among: Candidates): readonly string[] => {
  const parts = splitPattern(pattern, among)
  const plain = parts.filter(part => !/^[&!]/.test(part))
  let hosts = (plain.length === 0 ? ['all'] : plain).flatMap(part => matchPart(part, among))
  for (const part of parts.filter(other => other.startsWith('&'))) {
    const kept = new Set(matchPart(part.slice(1), among))
    hosts = hosts.filter(host => kept.has(host))
  }
  for (const part of parts.filter(other => other.startsWith('!'))) {
    const left = new Set(matchPart(part.slice(1), among))
    hosts = hosts.filter(host => !left.has(host))
  }
  return [...new Set(hosts)]
}

/** The parts of a pattern; a colon in brackets or in an IPv6 address does not split. */
const splitPattern = (pattern: string, among: Pick<Candidates, 'hosts'>): string[] =>
  pattern
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
    .flatMap(part =>
      part.startsWith('~') || among.hosts.includes(part.replace(/^[&!]/, ''))
        ? [part]
        : (part.match(/(?:\[[^\]]*\]|[^:[]|\[)+/g) ?? []),
    )

const matchPart = (part: string, among: Candidates): readonly string[] => {
  const subscript = part.startsWith('~') ? null : SUBSCRIPT.exec(part)
  if (!subscript) return matchName(part, among)
  const [, name = '', index, from = '', to = ''] = subscript
  const hosts = matchName(name, among)
  if (index !== undefined) {
    const host = hosts.at(Number(index))
    return host === undefined ? [] : [host]
  }
  // The end is part of the range, unlike Python's.
  return hosts.slice(Number(from), to === '' ? undefined : Number(to) + 1)
}

const matchName = (name: string, among: Candidates): readonly string[] => {
  const matches = matcher(name)
  const groups = among.groups.filter(matches)
  const found = groups.flatMap(group => among.hostsOf(group))
  if (groups.length === 0 || /^~|[.?*[]/.test(name)) found.push(...among.hosts.filter(matches))
  if (found.length > 0 || groups.length > 0) return [...new Set(found)]
  const implicit = among.implicitHost(name)
  if (implicit !== undefined) return [implicit]
  among.onUnknown(name)
  return []
}

const matcher = (name: string): ((candidate: string) => boolean) => {
  if (name.startsWith('~')) {
    const pattern = compile(name.slice(1), name)
    return candidate => pattern.test(candidate)
  }
  if (!/[?*[]/.test(name)) return candidate => candidate === name
  const source = name
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
    .replace(/\[!/g, '[^')
  const pattern = compile(`^${source}$`, name)
  return candidate => pattern.test(candidate)
}

const compile = (source: string, written: string): RegExp => {
  try {
    // Python's match looks at the start only.
    return new RegExp(`^(?:${source})`)
  } catch (cause) {
    throw new UserError('E_PATTERN', `"${written}" is not a pattern of hosts`, { cause })
  }
}
