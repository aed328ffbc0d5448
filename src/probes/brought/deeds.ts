import { inside } from '../../core/probe.ts'
import { HOLE, type Deed, type Happening } from '../maintainer/happening.ts'

/** A deed that is done to a path. */
export type PathDeed = Extract<Deed, { readonly at: string }> & Pick<Happening, 'certain' | 'by'>

/** Directories of everybody: that a script names one says nothing of what is in it. */
const COMMON = new Set(
  '/usr/bin /usr/sbin /usr/lib /usr/libexec /usr/share /usr/local /usr/include /var/lib /var/log /var/cache /var/spool /var/tmp /var/mail /etc/default /etc/init.d /etc/systemd /etc/systemd/system /etc/alternatives /run/systemd /run/systemd/system /run/lock'.split(
    ' ',
  ),
)

const isCommon = (at: string): boolean => COMMON.has(at) || at.lastIndexOf('/') === 0

/** What scripts do to paths, to be looked up by path. */
export class PathDeeds {
  readonly #exact = new Map<string, PathDeed[]>()
  readonly #patterns: { readonly deed: PathDeed; readonly regex: RegExp }[] = []

  constructor(happenings: readonly Happening[], place: (at: string) => string) {
    for (const happening of happenings) {
      if (!('at' in happening)) continue
      const deed = { ...happening, at: place(happening.at) }
      if (deed.at.includes(HOLE)) this.#patterns.push({ deed, regex: regexOf(deed.at) })
      else this.#exact.set(deed.at, [...(this.#exact.get(deed.at) ?? []), deed])
    }
  }

  /** Those done to the path itself, in order. */
  to(at: string): readonly PathDeed[] {
    const exact = this.#exact.get(at) ?? []
    const matched = this.#patterns.filter(({ regex }) => regex.test(at))
    if (matched.length === 0) return exact
    return [...exact, ...matched.map(({ deed }) => ({ ...deed, certain: false }))]
  }

  /** Those done to a directory above, with all that is in it. */
  above(at: string): readonly PathDeed[] {
    const found: PathDeed[] = []
    for (let end = at.lastIndexOf('/'); end > 0; end = at.lastIndexOf('/', end - 1)) {
      const directory = at.slice(0, end)
      if (!isCommon(directory)) found.push(...this.to(directory).filter(reachesBelow))
    }
    return found
  }

  /** The paths below a directory that something is done to; patterns are left out. */
  *below(root: string): Generator<string> {
    for (const at of this.#exact.keys()) if (inside(at, root)) yield at
  }

  /** Why it cannot be known what is below a directory, as deep as is asked. */
  openIn(root: string, depth: number | undefined): PathDeed | undefined {
    for (const { deed } of this.#patterns)
      if (makes(deed) && mayBeIn(deed.at, root, depth)) return deed
    for (const [at, deeds] of this.#exact)
      if ((at === root || (inside(at, root) && isSeenInto(at, root, depth))) && !isCommon(at)) {
        const open = deeds.find(deed => deed.what === 'mentioned')
        if (open !== undefined) return open
      }
    return undefined
  }
}

const makes = ({ what }: PathDeed): boolean => what !== 'gone' && what !== 'altered'

const reachesBelow = (deed: PathDeed): boolean =>
  deed.what === 'mentioned' || deed.what === 'gone' || (deed.what === 'altered' && deed.below)

const depthOf = (at: string, root: string): number =>
  at.slice(root === '/' ? 1 : root.length + 1).split('/').length

const isSeenInto = (at: string, root: string, depth: number | undefined): boolean =>
  depth === undefined || depth > depthOf(at, root)

/** Whether a pattern may stand for a path below the root. */
const mayBeIn = (pattern: string, root: string, depth: number | undefined): boolean => {
  const parts = root === '/' ? [] : root.slice(1).split('/')
  const given = pattern.slice(1).split('/')
  if (given.length <= parts.length) return false
  if (depth !== undefined && given.length - parts.length > depth) return false
  return parts.every((part, i) => regexOf(given[i] ?? '').test(part))
}

const regexOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split(HOLE)
      .map(text => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^/]*')}$`,
  )
