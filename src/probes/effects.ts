import { becomes, unaffected, type Effect } from '../core/change.ts'
import { inside, type Probe } from '../core/probe.ts'
import { areUncertain, ifKnown, Uncertain, withFields, withUncertain } from '../core/uncertain.ts'
import { checksumOf, type ChecksumQuestion } from './checksum.ts'
import { content, type Content } from './content.ts'
import { path, type PathInfo } from './path.ts'
import { followsLast, RESOLVING, type Resolved } from './resolve.ts'
import { type TreeInfo, type TreeQuestion } from './tree.ts'

/** A regular file appears at a path without links, or is replaced. */
export const fileAppears = (at: string, info: PathInfo, holds: Content): readonly Effect[] => [
  becomes(path(at), info),
  becomes(content(at), holds),
  rule('checksum', (asked: ChecksumQuestion) =>
    asked.path === at ? checksumFrom(holds, asked) : unaffected,
  ),
  inTrees(at, info),
  patternsUnknown(at),
  parentNotices(at),
  noLink(at),
  rightsUnknown(at),
]

/** A directory appears, and with it every parent that was missing; `info` is that of each. */
export const directoryAppears = (at: string, info: PathInfo): readonly Effect[] => [
  becomes(path(at), info),
  rule('path', (asked: string, before) =>
    inside(at, asked) && before() === null ? info : unaffected,
  ),
  rule('tree', ({ root }: TreeQuestion, before) => {
    if (root === at) return before() ?? []
    return inside(at, root) && before() === null ? pathsBetween(root, at, info) : unaffected
  }),
  inTrees(at, info),
  patternsUnknown(at),
  parentNotices(at),
  noLink(at),
  rightsUnknown(at),
]

/** A link appears; `leadsTo` is where its target really is. */
export const linkAppears = (at: string, info: PathInfo, leadsTo: string): readonly Effect[] => [
  ...goes(at),
  becomes(path(at), info),
  inTrees(at, info),
  patternsUnknown(at),
  rightsUnknown(at),
  resolving((asked, before) => {
    const rest = below(before.physical, at)
    if (rest === undefined || (rest === '' && !asked.follows)) return before
    const via = [...before.via, { link: at, rest: rest.slice(1) }]
    return { ...before, physical: `${leadsTo}${rest}`, via }
  }),
]

/** Mode, owner or group change, or the times; what it is and holds stays. */
export const attributesChange = (at: string, info: PathInfo): readonly Effect[] => [
  becomes(path(at), info),
  inTrees(at, info),
  patternsUnknown(at),
  rightsUnknown(at),
]

/** Nothing is left at the path, nor below it. */
export const goes = (at: string): readonly Effect[] => [
  becomes(path(at), null),
  becomes(content(at), null),
  rule('path', (asked: string) => (inside(asked, at) ? null : unaffected)),
  patternsUnknown(at),
  rule('content', (asked: string) => (inside(asked, at) ? null : unaffected)),
  rule('access', (asked: string) =>
    below(asked, at) === undefined
      ? unaffected
      : { readable: false, writeable: false, executable: false },
  ),
  rule('checksum', (asked: ChecksumQuestion) =>
    below(asked.path, at) === undefined ? unaffected : null,
  ),
  rule('tree', ({ root }: TreeQuestion, before) => {
    if (below(root, at) !== undefined) return null
    const found = before() as readonly TreeInfo[] | null
    if (found === null || !inside(at, root)) return unaffected
    return found.filter(({ path: name }) => below(joined(root, name), at) === undefined)
  }),
  parentNotices(at),
  noLink(at),
]

/** The directory that holds a path notices that something in it comes or goes. */
const parentNotices = (at: string): Effect =>
  rule('path', (asked: string, before) => {
    if (asked !== (at.slice(0, at.lastIndexOf('/')) || '/')) return unaffected
    const info = before() as PathInfo | null
    if (info === null || areUncertain(info, NOTICED)) return unaffected
    return withUncertain(info, NOTICED, UNWRITTEN)
  })

const NOTICED = ['mtime', 'ctime', 'size', 'hardLinks'] as const

/** Why times, inodes and the like cannot be known. */
export const UNWRITTEN =
  'the times, size and place of a file are known only once it has been written'

/** What the account that asks may do depends on more than the mode. */
const rightsUnknown = (at: string): Effect =>
  rule('access', (asked: string) => {
    if (below(asked, at) === undefined) return unaffected
    throw new Uncertain('only the host can tell who may do what with a file that is not there yet')
  })

/**
 * What a new account or group is given is the number of a file without a name, or may be where the
 * host chooses it (undefined).
 */
export const numberGiven = (
  field: 'owner' | 'group',
  name: string,
  number: number | undefined,
): readonly Effect[] => {
  const named = <T extends PathInfo>(info: T): T => {
    const now = ifKnown(() => info[field])
    if (now === undefined || !/^\d+$/.test(now)) return info
    if (number === undefined)
      return withUncertain(info, [field], `the host may choose the number ${now} for ${name}`)
    return now === String(number) ? withFields(info, { [field]: name } as Partial<T>) : info
  }
  return [
    rule('path', (_: string, before) => {
      const info = before() as PathInfo | null
      return info === null ? unaffected : named(info)
    }),
    rule('tree', (_: TreeQuestion, before) => {
      const found = before() as readonly TreeInfo[] | null
      return found === null ? unaffected : found.map(named)
    }),
  ]
}

/** Whether a pattern matches a path that changes is left to the host. */
const patternsUnknown = (at: string): Effect =>
  rule('matches', (pattern: string) => {
    const fixed = pattern.slice(0, pattern.search(/[*?[]/))
    if (!at.startsWith(fixed) && !fixed.startsWith(at) && fixed.startsWith('/')) return unaffected
    throw new Uncertain(`nobody can tell yet whether anything will match ${pattern}`)
  })

type Apply<Q> = (question: Q, before: () => unknown) => unknown

const rule = <Q>(kind: string, apply: Apply<Q>): Effect => ({
  kind: 'rule',
  of: [kind],
  apply: (probe: Probe<unknown>, before) => apply(probe.question as Q, before),
})

const resolving = (
  apply: (asked: { readonly follows: boolean }, before: Resolved) => Resolved,
): Effect => ({
  kind: 'rule',
  of: RESOLVING,
  apply(probe, before) {
    const follows = followsLast(probe)
    const resolved = before() as Resolved | null
    return resolved === null ? unaffected : apply({ follows }, resolved)
  },
})

/** Where a link was is none any more: what it led to is left off. */
const noLink = (at: string): Effect =>
  resolving((_, before) => {
    const index = before.via.findIndex(({ link }) => link === at)
    const link = before.via[index]
    if (link === undefined) return before
    const physical = link.rest === '' ? at : joined(at, link.rest)
    return { ...before, physical, via: before.via.slice(0, index) }
  })

/** Lists of what is below a directory name the path, too. */
const inTrees = (at: string, info: PathInfo): Effect =>
  rule('tree', ({ root, depth }: TreeQuestion, before) => {
    const name = below(root, at) === undefined && inside(at, root) ? relative(at, root) : undefined
    const found = before() as readonly TreeInfo[] | null
    if (name === undefined || found === null) return unaffected
    if (depth !== undefined && name.split('/').length > depth) return unaffected
    const others = found.filter(entry => entry.path !== name)
    return sorted([...others, named(info, name)])
  })

const pathsBetween = (root: string, at: string, info: PathInfo): readonly TreeInfo[] => {
  const names = relative(at, root).split('/')
  return names.map((_, i) => named(info, names.slice(0, i + 1).join('/')))
}

const named = (info: PathInfo, name: string): TreeInfo =>
  Object.defineProperties(
    { path: name },
    Object.getOwnPropertyDescriptors(info),
  ) as unknown as TreeInfo

const sorted = (entries: readonly TreeInfo[]): readonly TreeInfo[] =>
  entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))

const checksumFrom = ({ bytes, sha256 }: Content, { algorithm }: ChecksumQuestion): string => {
  if (bytes !== undefined) return checksumOf(bytes, algorithm)
  if (algorithm === 'sha256') return sha256
  throw new Uncertain('the hash of a file is known only once it has been written')
}

/** What follows `at` in a path: empty for itself, undefined when the path is elsewhere. */
const below = (name: string, at: string): string | undefined => {
  if (name === at) return ''
  return inside(name, at) ? `/${relative(name, at)}` : undefined
}

const relative = (name: string, root: string): string =>
  name.slice(root === '/' ? 1 : root.length + 1)

const joined = (root: string, name: string): string => `${root === '/' ? '' : root}/${name}`
