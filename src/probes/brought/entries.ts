import { inside } from '../../core/probe.ts'
import { withUncertain } from '../../core/uncertain.ts'
import type { Archive, Member } from '../apt/archive.ts'
import type { Surroundings } from '../apt/surroundings.ts'
import { contentOf, type Content } from '../content.ts'
import { UNWRITTEN } from '../effects.ts'
import type { PathInfo } from '../path.ts'

/** What a package puts at a path. */
export interface Entry {
  readonly info: PathInfo
  /** Undefined where it was not read, and for what is no file. */
  readonly content: Content | undefined
  /** A configuration file: what the administrator made of one stays. */
  readonly isConfiguration: boolean
  readonly package: string
}

/** Where dpkg puts what archives hold: by the links of the machine, diversions and exclusions. */
export const entriesOf = (
  archives: readonly Archive[],
  there: Surroundings,
): ReadonlyMap<string, Entry> => {
  const entries = new Map<string, Entry>()
  for (const archive of archives) {
    const conffiles = new Set(
      (archive.control.get('conffiles') ?? '')
        .split('\n')
        .map(line => line.replace(/^.* (?=\/)/, '')),
    )
    for (const member of archive.members) {
      if (member.path === '/' || isExcluded(member, there)) continue
      const at = placeOf(diverted(member.path, archive.name, there), there.links)
      // A directory may be of several packages; a link of the machine stands for it.
      if (member.kind === 'directory' && (entries.has(at) || there.links.has(member.path))) continue
      entries.set(at, {
        info: infoOf(member, there),
        content: member.bytes === undefined ? undefined : contentOf(member.bytes),
        isConfiguration: conffiles.has(member.path),
        package: archive.name,
      })
    }
  }
  return entries
}

/** Where a path is when the links of the machine are followed: `/lib/x` is `/usr/lib/x`. */
export const placeOf = (path: string, links: ReadonlyMap<string, string>): string => {
  for (let end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
    const to = links.get(path.slice(0, end))
    if (to !== undefined)
      return placeOf(
        `${to === '/' ? '' : to}${path.slice(end)}`,
        without(links, path.slice(0, end)),
      )
  }
  return path
}

// A link is followed once: a loop of links would be no directory that dpkg unpacks into.
const without = (links: ReadonlyMap<string, string>, link: string): ReadonlyMap<string, string> =>
  new Map([...links].filter(([from]) => from !== link))

const diverted = (path: string, name: string, { diversions }: Surroundings): string =>
  diversions.find(({ from, by }) => from === path && by !== name)?.to ?? path

/** `path-exclude` and `path-include` of dpkg: the last that matches decides. */
const isExcluded = ({ path, kind }: Member, { filters }: Surroundings): boolean => {
  if (filters.length === 0) return false
  const last = filters.findLast(({ pattern }) => globOf(pattern).test(path))
  if (last?.excludes !== true) return false
  // A directory stays where something below it may be included again.
  return (
    kind !== 'directory' ||
    !filters.some(({ excludes, pattern }) => !excludes && inside(pattern, path))
  )
}

const globOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  )

const infoOf = (member: Member, { overrides }: Surroundings): PathInfo => {
  const kept = overrides.get(member.path)
  const owner = kept?.user ?? member.owner
  const group = kept?.group ?? member.group
  const kind = member.kind === 'hard' ? 'file' : member.kind
  return pathInfo({
    kind,
    mode: kept?.mode ?? (kind === 'link' ? '0777' : member.mode),
    owner,
    group,
    target: member.kind === 'hard' ? '' : member.target,
    size: kind === 'link' ? Buffer.byteLength(member.target) : member.size,
    sized: member.kind !== 'hard' && kind !== 'directory',
  })
}

interface Shape extends Pick<PathInfo, 'kind' | 'mode' | 'owner' | 'group' | 'target' | 'size'> {
  /** Whether the size is known. */
  readonly sized: boolean
}

/** What is known of a path that dpkg or a script makes. */
export const pathInfo = ({ sized, ...shape }: Shape): PathInfo => {
  const info: PathInfo = {
    ...shape,
    uid: 0,
    gid: 0,
    mtime: 0,
    atime: 0,
    ctime: 0,
    inode: 0,
    device: 0,
    hardLinks: 1,
    special: undefined,
  }
  return withUncertain(
    info,
    [
      ...(['mtime', 'atime', 'ctime', 'inode', 'device', 'hardLinks'] as const),
      ...(sized ? [] : (['size'] as const)),
      ...(shape.owner === 'root' ? [] : (['uid'] as const)),
      ...(shape.group === 'root' ? [] : (['gid'] as const)),
    ],
    UNWRITTEN,
  )
}
