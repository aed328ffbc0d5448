import { unaffected, type Effect } from '../../core/change.ts'
import type { Probe } from '../../core/probe.ts'
import { Uncertain } from '../../core/uncertain.ts'
import { checksumOf, type ChecksumQuestion } from '../checksum.ts'
import type { Content } from '../content.ts'
import type { PathInfo } from '../path.ts'
import { followsLast, RESOLVING, type Resolved } from '../resolve.ts'
import type { TreeInfo, TreeQuestion } from '../tree.ts'
import { placeOf } from './entries.ts'
import type { BroughtPaths } from './paths.ts'

type Answering = (question: never, before: () => unknown, paths: BroughtPaths) => unknown

/** The effect on every question about paths. */
export const pathsEffect = (paths: BroughtPaths): Effect => ({
  kind: 'rule',
  of: [...PATH_KINDS],
  apply(probe, before) {
    const answering = KINDS[probe.kind.name]
    if (answering !== undefined) return answering(probe.question as never, before, paths)
    return resolved(before() as Resolved | null, followsLast(probe), paths)
  },
})

const KINDS: Readonly<Record<string, Answering | undefined>> = {
  path: (at: string, before, paths) => paths.info(at, before as () => PathInfo | null),
  content: (at: string, before, paths) => paths.content(at, before as () => Content | null),
  checksum: (question: ChecksumQuestion, before, paths) => checksum(question, before, paths),
  tree: (question: TreeQuestion, before, paths) => tree(question, before, paths),
  matches: (pattern: string, before, paths) => matches(pattern, before, paths),
  access: (at: string, _before, paths) => {
    if (!paths.touches(at)) return unaffected
    throw new Uncertain('only the host can tell who may do what with it')
  },
}

/** The kinds of questions that `pathsEffect` answers. */
export const PATH_KINDS: ReadonlySet<string> = new Set([...Object.keys(KINDS), ...RESOLVING])

const checksum = (
  { path: at, algorithm }: ChecksumQuestion,
  before: () => unknown,
  paths: BroughtPaths,
): unknown => {
  if (!paths.touches(at)) return unaffected
  // What was there before was asked for its hash alone.
  const content = paths.content(at, () => (before() === null ? null : UNREAD))
  if (content === UNREAD) return unaffected
  if (content === null) return null
  if (content.bytes !== undefined) return checksumOf(content.bytes, algorithm)
  throw new Uncertain('the hash of a file that has not been written yet')
}

const UNREAD: Content = { size: 0, sha256: '', bytes: undefined }

const tree = (
  { root, depth }: TreeQuestion,
  before: () => unknown,
  paths: BroughtPaths,
): unknown => {
  const found = before() as readonly TreeInfo[] | null
  const info = paths.info(root, () => (found === null ? null : DIRECTORY))
  if (info?.kind !== 'directory') return null
  paths.certainBelow(root, depth)
  const were = new Map((found ?? []).map(entry => [entry.path, entry]))
  const skip = root === '/' ? 1 : root.length + 1
  const names = new Set([...were.keys(), ...paths.below(root).map(at => at.slice(skip))])
  const entries: TreeInfo[] = []
  for (const name of names) {
    if (depth !== undefined && name.split('/').length > depth) continue
    const at = `${root === '/' ? '' : root}/${name}`
    const after = paths.info(at, () => were.get(name) ?? null)
    if (after !== null) entries.push(named(after, name))
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1))
}

const DIRECTORY = { kind: 'directory' } as PathInfo

const named = (info: PathInfo, name: string): TreeInfo =>
  Object.defineProperties(
    { path: name },
    Object.getOwnPropertyDescriptors(info),
  ) as unknown as TreeInfo

/** What a pattern stands for: an entry that comes may match, and one that goes no longer does. */
const matches = (pattern: string, before: () => unknown, paths: BroughtPaths): unknown => {
  const found = before() as readonly string[]
  const fixed = pattern.slice(0, pattern.search(/[*?[]/))
  const place = placeOf(`${fixed}x`, paths.of.links).slice(0, -1)
  const candidates = paths.below(parentOf(place)).filter(at => at.startsWith(place))
  if (candidates.length === 0) return found
  if (/[[\]\\~]/.test(pattern) || place !== fixed)
    throw new Uncertain(`whether ${pattern} will match`)
  paths.certainBelow(parentOf(place), pattern.slice(parentOf(place).length + 1).split('/').length)
  const glob = globOf(pattern)
  const all = new Set([...found, ...candidates.filter(at => glob.test(at))])
  const were = new Set(found)
  const after = [...all].filter(
    at => paths.info(at, () => (were.has(at) ? ANYTHING : null)) !== null,
  )
  return after.sort()
}

const ANYTHING = { kind: 'file' } as PathInfo

const parentOf = (at: string): string => at.slice(0, at.lastIndexOf('/')) || '/'

/** A leading dot is matched only by a dot. */
const globOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split('/')
      .map(part => (/^[*?]/.test(part) ? '(?!\\.)' : '') + segment(part))
      .join('/')}$`,
    's',
  )

const segment = (part: string): string =>
  part
    .replaceAll(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]')

const MOST_LINKS = 40

/** Follows the links that come. */
const resolved = (before: Resolved | null, follows: boolean, paths: BroughtPaths): unknown => {
  if (before === null) return unaffected
  if (before.via.some(({ link }) => paths.touches(link)))
    throw new Uncertain('a link on the way may lead elsewhere')
  let { physical } = before
  const via = [...before.via]
  for (let count = 0; count < MOST_LINKS; count++) {
    const next = firstLink(physical, follows, paths)
    if (next === undefined)
      return via.length === before.via.length ? unaffected : { ...before, physical, via }
    via.push({ link: next.link, rest: next.rest })
    physical = joined(next, paths)
  }
  throw new Uncertain('its links lead around in circles')
}

interface Link {
  readonly link: string
  readonly target: string
  readonly rest: string
}

const firstLink = (physical: string, follows: boolean, paths: BroughtPaths): Link | undefined => {
  for (let end = physical.indexOf('/', 1); ; end = physical.indexOf('/', end + 1)) {
    const isLast = end < 0
    if (isLast && !follows) return undefined
    const link = isLast ? physical : physical.slice(0, end)
    const target = paths.link(link)
    if (target !== undefined) return { link, target, rest: isLast ? '' : physical.slice(end + 1) }
    if (isLast) return undefined
  }
}

const joined = ({ link, target, rest }: Link, paths: BroughtPaths): string => {
  const from = target.startsWith('/') ? target : `${parentOf(link)}/${target}`
  const parts: string[] = []
  for (const part of `${from}/${rest}`.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  return placeOf(`/${parts.join('/')}`, paths.of.links)
}

/** Whether a question of another kind depends on a path that the transaction touches. */
export const touchesPlaces = (probe: Probe<unknown>, paths: BroughtPaths): boolean =>
  probe.kind
    .dependsOn(probe.question)
    .some(
      ({ realm, name }) =>
        realm === 'path' &&
        name.startsWith('/') &&
        (paths.touches(name) || paths.below(name).length > 0),
    )
