import type { Known } from '../core/module.ts'
import { path as place, type Place, type Probe } from '../core/probe.ts'
import { content, type Content } from '../probes/content.ts'
import { identity, type Identity } from '../probes/identity.ts'
import { path, type PathInfo } from '../probes/path.ts'
import { resolve, resolveParents, type Resolved } from '../probes/resolve.ts'

/** The questions about a place that a module writes to. */
export type DestinationProbes = {
  readonly resolved: Probe<Resolved>
  readonly info: Probe<PathInfo> | undefined
  readonly parent: Probe<PathInfo> | undefined
  readonly content: Probe<Content> | undefined
  readonly who: Probe<Identity>
}

/** Their answers. */
export interface Destination {
  readonly resolved: Resolved | null
  readonly info: PathInfo | null
  readonly parent: PathInfo | null
  readonly content: Content | null
  readonly who: Identity | null
}

/** How a path is looked at. */
export interface Looking {
  /** Whether a link at the end is followed. */
  readonly follow: boolean
  readonly content: boolean
}

/**
 * Asks where a path leads and, in the same round trip, what is there: most paths hold no link, so
 * that the path itself is what will have to be asked.
 */
export const destination = (
  name: string,
  known: Known,
  { follow, content: wantsContent }: Looking,
): DestinationProbes => {
  const resolved = follow ? resolve(name) : resolveParents(name)
  const at = whereabouts(name, resolved, known)
  return {
    resolved,
    info: at === undefined ? undefined : path(at),
    parent: at === undefined ? undefined : path(parentOf(at)),
    content: at === undefined || !wantsContent ? undefined : content(at),
    who: identity(),
  }
}

/**
 * Where a path is, as far as that is known: until it has been resolved, where it is without links,
 * so that most questions need no answer before them. Undefined below an unknown home.
 */
export const whereabouts = (
  name: string,
  resolved: Probe<Resolved>,
  known: Known,
): string | undefined =>
  known(resolved)?.physical ?? (name.startsWith('/') ? plain(name) : undefined)

/** The path as it is without a link: no double slashes, no dots that a link could turn aside. */
const plain = (name: string): string => {
  const trimmed = name.replaceAll(/\/(?:\.?\/)+/g, '/').replace(/(?<=.)\/\.?$/, '')
  return trimmed === '' ? '/' : trimmed
}

/** The directory that holds a path. */
export const parentOf = (at: string): string => at.slice(0, at.lastIndexOf('/')) || '/'

/** The last part of a path. */
export const baseName = (name: string): string => {
  const trimmed = name.replace(/\/+$/, '')
  return trimmed.slice(trimmed.lastIndexOf('/') + 1)
}

/** What a module touches that writes files alone, whatever its arguments. */
export const ANY_FILE: readonly Place[] = [place('/')]

/** What writing to a path touches: it by its name, and where that leads. */
export const filesReach = (name: string, known: Known): readonly Place[] => {
  const at = whereabouts(name, resolve(name), known)
  if (at === undefined) return ANY_FILE
  return [...new Set([at, plain(name)])].map(place)
}
