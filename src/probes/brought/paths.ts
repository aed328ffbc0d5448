import { inside } from '../../core/probe.ts'
import { Uncertain, withUncertain } from '../../core/uncertain.ts'
import { checksumOf } from '../checksum.ts'
import type { Content } from '../content.ts'
import { UNWRITTEN } from '../effects.ts'
import type { PathInfo } from '../path.ts'
import type { Happenings } from './scripts.ts'
import { PathDeeds, type PathDeed } from './deeds.ts'
import { pathInfo, placeOf, type Entry } from './entries.ts'

/** What a transaction does to paths. */
export interface PathsOf {
  readonly entries: ReadonlyMap<string, Entry>
  readonly happenings: Happenings
  readonly links: ReadonlyMap<string, string>
  readonly former: FormerPaths
  /** The version of the administrator's configuration files stays, as dpkg's options say. */
  readonly keepsConfiguration: boolean
  /** Why what is below a directory cannot be known: services write there. */
  readonly written: ReadonlyMap<string, string>
  /** Files that are written anew, with the reason. */
  readonly rewritten: ReadonlyMap<string, string>
}

/** Paths of packages that are upgraded or removed. */
export interface FormerPaths {
  /** Those that no archive holds any more, with whether others have them, too. */
  readonly left: ReadonlyMap<string, { readonly shared: boolean; readonly by: string }>
  /** Configuration files with their md5 as they were unpacked. */
  readonly conffiles: ReadonlyMap<string, string>
}

type Before<A> = () => A | null

/** Records of apt and dpkg themselves, and of the tools that scripts use. */
const RECORDS =
  '/var/lib/dpkg /var/lib/apt /var/cache/apt /var/log/apt /var/log/dpkg.log /var/log/alternatives.log /var/cache/debconf /var/lib/ucf /var/lib/systemd/deb-systemd-helper-enabled /var/lib/systemd/deb-systemd-user-helper-enabled /var/cache/ldconfig /etc/ld.so.cache'.split(
    ' ',
  )

/** What is at each path once the transaction is done. */
export class BroughtPaths {
  readonly of: PathsOf
  readonly #before: PathDeeds
  readonly #after: PathDeeds
  readonly #parents: ReadonlySet<string>

  constructor(of: PathsOf) {
    this.of = of
    const place = (at: string): string => placeOf(at, of.links)
    this.#before = new PathDeeds(of.happenings.before, place)
    this.#after = new PathDeeds(of.happenings.after, place)
    const touched = [...of.entries.keys(), ...of.former.left.keys(), ...this.#made('/')]
    this.#parents = new Set(touched.map(at => at.slice(0, at.lastIndexOf('/')) || '/'))
  }

  *#made(root: string): Generator<string> {
    yield* this.#before.below(root)
    yield* this.#after.below(root)
  }

  /** Paths below a directory about which there is something to say. */
  below(root: string): readonly string[] {
    const { entries, former } = this.of
    const known = [...entries.keys(), ...former.left.keys()].filter(at => inside(at, root))
    return [...new Set([...known, ...this.#made(root)])]
  }

  /** Whether the answer to a question about the path can be another than before. */
  touches(at: string): boolean {
    return (
      this.of.entries.has(at) ||
      this.of.former.left.has(at) ||
      [this.#before, this.#after].some(deeds => deeds.to(at).length + deeds.above(at).length > 0) ||
      this.#writtenBy(at) !== undefined
    )
  }

  /** What is there then. Throws Uncertain. */
  info(at: string, before: Before<PathInfo>): PathInfo | null {
    let info = before()
    if (!this.touches(at)) return this.#parents.has(at) ? noticing(info) : info
    info = this.#done(this.#before, at, info)
    const entry = this.of.entries.get(at)
    info = entry === undefined ? this.#left(at, info) : this.#unpacked(entry, at, info)
    info = this.#done(this.#after, at, info)
    if (info === null) this.#certainlyAbsent(at)
    return this.#parents.has(at) ? noticing(info) : info
  }

  #done(deeds: PathDeeds, at: string, before: PathInfo | null): PathInfo | null {
    const info = deeds.above(at).reduce(below, before)
    return deeds.to(at).reduce(done, info)
  }

  #unpacked({ info, isConfiguration }: Entry, at: string, found: PathInfo | null): PathInfo | null {
    if (found === null)
      return isConfiguration && this.of.former.conffiles.has(at) ? this.#removedByHand() : info
    // A directory, and a link to one, stay as they are.
    if (info.kind === 'directory') return found.kind === 'file' ? info : found
    if (info.kind === 'link' && found.kind === 'directory') return found
    if (!isConfiguration) return info
    const known = this.of.former.conffiles.has(at)
    if (!known && this.of.keepsConfiguration) return found
    return withUncertain(found, ['size', 'mtime', 'ctime', 'inode'], UNWRITTEN)
  }

  // A configuration file that is known and missing: the administrator did not want it.
  #removedByHand(): PathInfo | null {
    if (this.of.keepsConfiguration) return null
    throw new Uncertain("dpkg's options decide whether a configuration file comes back")
  }

  #left(at: string, info: PathInfo | null): PathInfo | null {
    const left = this.of.former.left.get(at)
    if (left === undefined || info === null) return info
    if (info.kind !== 'directory') return null
    if (left.shared) return info
    throw new Uncertain(`it goes with ${left.by} where nothing is left in it`)
  }

  /** Throws where somebody may have made it after all. */
  #certainlyAbsent(at: string): void {
    const maker = [...this.#before.above(at), ...this.#after.above(at)].find(
      ({ what }) => what === 'mentioned',
    )
    if (maker !== undefined) throw new Uncertain(mayMake(maker))
    const reason = this.#writtenBy(at)
    if (reason !== undefined) throw new Uncertain(reason)
  }

  #writtenBy(at: string): string | undefined {
    if (RECORDS.some(place => at === place || inside(at, place)))
      return 'apt and dpkg keep their own records there'
    for (const [directory, reason] of this.of.written) if (inside(at, directory)) return reason
    return this.of.rewritten.get(at)
  }

  /** What the file holds then; null where there is no regular file. Throws Uncertain. */
  content(at: string, before: Before<Content>): Content | null {
    let content = before()
    if (!this.touches(at)) return content
    content = this.#rewritten(this.#before, at, content)
    const entry = this.of.entries.get(at)
    if (entry === undefined) {
      if (content !== null && this.of.former.left.has(at)) content = null
    } else content = this.#unpackedContent(entry, at, content)
    content = this.#rewritten(this.#after, at, content)
    if (content === null && entry === undefined) this.#certainlyAbsent(at)
    if (content !== null && this.#writtenBy(at) !== undefined) return unreadable(content)
    return content
  }

  #rewritten(deeds: PathDeeds, at: string, before: Content | null): Content | null {
    const content = deeds.above(at).reduce(contentBelow, before)
    return deeds.to(at).reduce(contentDone, content)
  }

  #unpackedContent(entry: Entry, at: string, found: Content | null): Content | null {
    if (entry.info.kind !== 'file') return null
    const fresh = entry.content ?? unreadable(UNREAD)
    if (found === null) return this.#unpacked(entry, at, null) === null ? null : fresh
    if (!entry.isConfiguration) return fresh
    const unpacked = this.of.former.conffiles.get(at)
    if (unpacked === undefined) return this.of.keepsConfiguration ? found : fresh
    if (found.bytes === undefined) return unreadable(found)
    // One that nobody has edited is replaced without a question.
    if (checksumOf(found.bytes, 'md5') === unpacked) return fresh
    return this.of.keepsConfiguration ? found : unreadable(found)
  }

  /** Where a link leads that is at the path then; undefined for anything else. */
  link(at: string): string | undefined {
    const entry = this.of.entries.get(at)
    let target = entry?.info.kind === 'link' ? entry.info.target : undefined
    for (const deed of this.#after.to(at)) {
      if (deed.what === 'link' && (target === undefined || deed.forced)) {
        if (!deed.certain) throw new Uncertain(mayMake(deed))
        target = deed.to
      }
      if (deed.what === 'gone') target = undefined
    }
    return target
  }

  /** Throws where nobody can tell what is below a directory, as deep as is asked. */
  certainBelow(root: string, depth: number | undefined): void {
    for (const deeds of [this.#before, this.#after]) {
      const open = deeds.openIn(root, depth) ?? deeds.above(root).find(isMention)
      if (open !== undefined) throw new Uncertain(mayMake(open))
    }
    for (const [directory, reason] of this.of.written)
      if (
        directory === root ||
        inside(root, directory) ||
        (depth === undefined && inside(directory, root))
      )
        throw new Uncertain(reason)
  }
}

const isMention = ({ what }: PathDeed): boolean => what === 'mentioned'

const UNREAD: Content = { size: 0, sha256: '', bytes: undefined }

/** A file is there, and what it holds is not known. */
const unreadable = (content: Content): Content =>
  withUncertain(content, ['size', 'sha256', 'bytes'], UNWRITTEN)

const mayMake = ({ by }: PathDeed): string => `the script ${by} may make it`
const mayRemove = ({ by }: PathDeed): string => `the script ${by} may remove it`

/** In a directory something comes or goes. */
const noticing = (info: PathInfo | null): PathInfo | null =>
  info?.kind === 'directory'
    ? withUncertain(info, ['mtime', 'ctime', 'size', 'hardLinks'], UNWRITTEN)
    : info

const OWNED = ['mode', 'owner', 'group', 'uid', 'gid', 'ctime'] as const

const altered = (info: PathInfo, { content }: { readonly content: boolean }): PathInfo =>
  withUncertain(
    info,
    [...OWNED, ...(content ? (['size', 'mtime', 'target'] as const) : [])],
    UNWRITTEN,
  )

const MADE = { owner: 'root', group: 'root', target: '', size: 0, sized: false }

/** What is at a path after a deed. */
const done = (info: PathInfo | null, deed: PathDeed): PathInfo | null => {
  switch (deed.what) {
    case 'link':
      if (info !== null && !deed.forced) return info
      return made(deed, { kind: 'link', mode: '0777', target: deed.to })
    case 'directory':
      return info ?? made(deed, { kind: 'directory', mode: '0755' })
    case 'file':
      if (info === null) return made(deed, { kind: 'file', mode: '0644' })
      return withUncertain(info, ['size', 'mtime', 'ctime'], UNWRITTEN)
    case 'gone':
      return info === null ? null : removed(deed)
    case 'altered':
      return info === null ? null : altered(info, deed)
    case 'mentioned':
      if (info !== null) return info
      throw new Uncertain(mayMake(deed))
  }
}

const made = (
  deed: PathDeed,
  shape: Pick<PathInfo, 'kind' | 'mode'> & { target?: string },
): PathInfo => {
  if (!deed.certain) throw new Uncertain(mayMake(deed))
  return pathInfo({ ...MADE, ...shape })
}

const removed = (deed: PathDeed): null => {
  if (deed.certain) return null
  throw new Uncertain(mayRemove(deed))
}

/** What is at a path after a deed to a directory above it. */
const below = (info: PathInfo | null, deed: PathDeed): PathInfo | null => {
  if (info === null) return info
  if (deed.what === 'altered') return altered(info, deed)
  return deed.what === 'gone' ? removed(deed) : info
}

const contentDone = (content: Content | null, deed: PathDeed): Content | null => {
  switch (deed.what) {
    case 'file':
      if (content !== null || deed.certain) return unreadable(content ?? UNREAD)
      throw new Uncertain(mayMake(deed))
    case 'gone':
      return content === null ? null : removed(deed)
    case 'altered':
      return content !== null && deed.content ? unreadable(content) : content
    case 'mentioned':
      if (content !== null) return content
      throw new Uncertain(mayMake(deed))
    default:
      return content
  }
}

const contentBelow = (content: Content | null, deed: PathDeed): Content | null => {
  if (content === null) return content
  if (deed.what === 'altered' && deed.content) return unreadable(content)
  return deed.what === 'gone' ? removed(deed) : content
}
