import type { Actual, Known } from '../../core/module.ts'
import type { Probe } from '../../core/probe.ts'
import { path, type PathInfo } from '../../probes/path.ts'
import { resolve, type Resolved } from '../../probes/resolve.ts'
import {
  destination,
  whereabouts,
  type Destination,
  type DestinationProbes,
} from '../destination.ts'

/** The questions about the file that a copy makes: at `dest`, or in it where it is a directory. */
export type TargetProbes = DestinationProbes & {
  readonly outerResolved: Probe<Resolved>
  readonly outer: Probe<PathInfo> | undefined
}

export type Target = Actual<TargetProbes> & Destination

interface TargetWant {
  readonly dest: string
  readonly follow: boolean
}

/** `name` is the file's name in a directory; undefined when `dest` can only be a file. */
export const target = (
  { dest, follow }: TargetWant,
  name: string | undefined,
  known: Known,
): TargetProbes => {
  const outerResolved = resolve(dest)
  const outerAt = whereabouts(dest, outerResolved, known)
  const outer = outerAt === undefined ? undefined : path(outerAt)
  const isDirectory =
    dest.endsWith('/') || (outer !== undefined && known(outer)?.kind === 'directory')
  const file = isDirectory && name !== undefined ? inDirectory(dest, name) : dest
  return { outerResolved, outer, ...destination(file, known, { follow, content: true }) }
}

/** A name in a directory, whether or not that ends with a slash. */
export const inDirectory = (directory: string, name: string): string =>
  `${directory.replace(/\/+$/, '')}/${name}`
