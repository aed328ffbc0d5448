import type { Change } from '../../core/change.ts'
import type { Controller, TreeEntry } from '../../core/controller.ts'
import { UserError } from '../../core/error.ts'
import type { Known } from '../../core/module.ts'
import type { Probe } from '../../core/probe.ts'
import { withFields } from '../../core/uncertain.ts'
import type { PathInfo } from '../../probes/path.ts'
import type { Attributes } from '../attributes.ts'
import { destination, type Destination } from '../destination.ts'
import { makeDirectory, newDirectory } from '../file/directory.ts'
import { putFile, type Writing } from '../putfile.ts'
import { fromSource, type NewContent } from '../source.ts'
import { inDirectory } from './target.ts'

/** Something that a copied directory holds. */
export interface Branch {
  /** Relative to the directory. */
  readonly path: string
  /** Octal digits of the original. */
  readonly mode: string
  /** Undefined for a directory. */
  readonly next: NewContent | undefined
}

const MOST_LEVELS = 32

/** All that a directory of the controller holds; links are followed. */
export const branchesOf = async (
  src: string,
  controller: Controller,
  level = 0,
): Promise<readonly Branch[]> => {
  if (level > MOST_LEVELS)
    throw new UserError('E_LINK_LOOP', `${src}: links that lead to each other`)
  const entries = await controller.tree(src)
  const branches = entries.map(entry =>
    branchesOfEntry(inDirectory(src, entry.path), entry, { controller, level }),
  )
  return (await Promise.all(branches)).flat()
}

const branchesOfEntry = async (
  full: string,
  { kind, mode, path, source }: TreeEntry,
  { controller, level }: { controller: Controller; level: number },
): Promise<readonly Branch[]> => {
  if (kind === 'directory') return [{ path, mode, next: undefined }]
  if (kind === 'file' && source !== undefined)
    return [{ path, mode, next: await fromSource(source) }]
  if ((await controller.kindOf(full)) === 'file') {
    const followed = await controller.file(full)
    return [{ path, mode: followed.mode ?? '0644', next: await fromSource(followed) }]
  }
  const below = await branchesOf(full, controller, level + 1)
  const moved = below.map(branch => ({ ...branch, path: `${path}/${branch.path}` }))
  return [{ path, mode: '0755', next: undefined }, ...moved]
}

type Answers = Readonly<Record<string, unknown>>

/** The questions about every place that the directory's content goes to, by number. */
export const branchProbes = (
  root: string,
  branches: readonly Branch[],
  known: Known,
): Readonly<Record<`${string} of ${number}`, Probe<unknown> | undefined>> =>
  Object.fromEntries(
    branches.flatMap(({ path, next }, i) => {
      const looking = { follow: next === undefined, content: next !== undefined }
      const probes = destination(inDirectory(root, path), known, looking)
      return Object.entries(probes).map(([name, probe]) => [`${name} of ${i}`, probe])
    }),
  )

/** The answers to the questions about one place. */
const thereOf = (actual: Answers, index: number): Destination => {
  const names = ['resolved', 'info', 'parent', 'content', 'who'] as const
  const there = {}
  for (const name of names)
    Object.defineProperty(there, name, { get: () => actual[`${name} of ${index}`] ?? null })
  // The names and what they answer are those that branchProbes asked.
  return there as Destination
}

/** How a directory is copied. */
export interface TreeWant extends Writing {
  readonly directory_mode: string | undefined
  readonly force: boolean
}

/**
 * The changes that make a place hold what the directory holds; nothing is removed. `root` is the place
 * itself where the same plan makes it.
 */
export const plantTree = (
  actual: Answers,
  branches: readonly Branch[],
  { now, want, root }: { now: Date; want: TreeWant; root: PathInfo | undefined },
): readonly Change[] => {
  const made = new Map(root === undefined ? [] : [['', root]])
  return branches.flatMap((branch, i) => {
    const there = withParent(thereOf(actual, i), branch.path, made)
    if (branch.next === undefined) return directoryOf(there, branch, { want, made })
    if (there.info !== null && !want.force) return []
    const mode = want.mode === 'preserve' ? branch.mode : want.mode
    return putFile(there, { now, next: branch.next, want: { ...want, mode } })
  })
}

/** A parent that this very plan makes counts as there. */
const withParent = (
  there: Destination,
  path: string,
  made: ReadonlyMap<string, PathInfo>,
): Destination => {
  const parent = made.get(path.slice(0, Math.max(0, path.lastIndexOf('/'))))
  return parent === undefined ? there : withFields(there, { parent })
}

const directoryOf = (
  there: Destination,
  { path, mode }: Branch,
  { want, made }: { want: TreeWant; made: Map<string, PathInfo> },
): readonly Change[] => {
  const attributes = directoryAttributes(want, mode)
  if (there.info !== null)
    return makeDirectory(there, { ...attributes, mode: undefined, recurse: false }, null)
  made.set(path, newDirectory(there, attributes))
  return makeDirectory(there, { ...attributes, recurse: false }, null)
}

const directoryAttributes = (want: TreeWant, mode: string): Attributes => ({
  mode: want.directory_mode ?? (want.mode === 'preserve' ? mode : undefined),
  owner: want.owner,
  group: want.group,
})
