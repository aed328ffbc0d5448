import type { Change } from '../core/change.ts'
import type { Controller } from '../core/controller.ts'
import { defineModule, type Known, type Probes } from '../core/module.ts'
import { boolean, mode, optional, text, withDefault } from '../core/schema.ts'
import { path } from '../core/shapes.ts'
import { attributeParams } from './attributes.ts'
import { ANY_FILE, baseName, destination, filesReach } from './destination.ts'
import { copyFile } from './copy/file.ts'
import * as remote from './copy/remote.ts'
import { fileResult } from './copy/result.ts'
import { inDirectory, target, type TargetProbes } from './copy/target.ts'
import { branchesOf, branchProbes, plantTree, type Branch } from './copy/tree.ts'
import { makeDirectory, newDirectory } from './file/directory.ts'
import { checkValidate, writingParams } from './putfile.ts'
import { fromBytes, fromSource, type NewContent } from './source.ts'

const params = {
  src: optional(path('File or directory; of the controller, or with `remote_src` of the host.')),
  content: optional(text('What the file is to hold, in place of `src`.')),
  dest: path('Where it goes: a file, or a directory, which a slash at the end makes.'),
  remote_src: withDefault(boolean('`src` is on the host.'), false),
  force: withDefault(boolean('Replaces a file that holds something else.'), true),
  follow: withDefault(
    boolean('Writes to what a link at `dest` leads to, not over the link.'),
    false,
  ),
  local_follow: withDefault(
    boolean('Links below `src` are followed; nothing else is supported.'),
    true,
  ),
  directory_mode: optional(mode('Permissions of directories that are made.')),
  ...attributeParams,
  mode: optional(
    mode('Permissions, octal or symbolic, or `preserve`: those of `src`.', 'preserve'),
  ),
  ...writingParams,
}

type Prepared =
  | { readonly kind: 'file'; readonly name: string | undefined; readonly next: NewContent }
  | { readonly kind: 'directory'; readonly branches: readonly Branch[] }
  | { readonly kind: 'on the host' }

const read = async (
  want: { src: string | undefined; content: string | undefined; remote_src: boolean },
  controller: Controller,
): Promise<Prepared> => {
  const { src, content } = want
  if (content !== undefined || src === undefined)
    return { kind: 'file', name: undefined, next: fromBytes(content ?? '') }
  if (want.remote_src) return { kind: 'on the host' }
  if ((await controller.kindOf(src)) === 'directory')
    return { kind: 'directory', branches: await branchesOf(src, controller) }
  return { kind: 'file', name: baseName(src), next: await fromSource(await controller.file(src)) }
}

/** Without a slash at its end the directory itself goes into `dest`. */
const rootOf = ({ src = '', dest }: { src: string | undefined; dest: string }): string =>
  src.endsWith('/') ? dest : inDirectory(dest, baseName(src))

export const copy = defineModule({
  name: 'copy',
  summary: 'Copies a file, a directory or a text to the host.',
  params,
  touches: ANY_FILE,

  check(want) {
    if (want.src !== undefined && want.content !== undefined)
      return 'src and content exclude each other'
    if (want.src === undefined && want.content === undefined) return 'src or content is needed'
    return checkValidate(want)
  },

  prepare: async (want, controller) => ({ ...(await read(want, controller)), now: controller.now }),

  probes(want, known): TargetProbes & remote.SourceProbes & Probes {
    const { prepared } = want
    const none = remote.sourceProbes(undefined, known)
    if (prepared.kind === 'file') return { ...none, ...target(want, prepared.name, known) }
    if (prepared.kind === 'directory')
      return { ...none, ...treeProbes(rootOf(want), prepared.branches, known) }
    const source = remote.sourceProbes(want.src, known)
    const entries = source.sourceTree === undefined ? undefined : known(source.sourceTree)
    const at = source.source === undefined ? undefined : known(source.source)?.physical
    if (source.sourceTree === undefined || !entries || at === undefined)
      return { ...source, ...target(want, baseName(want.src ?? ''), known) }
    return {
      ...source,
      ...remote.branchContents(at, entries),
      ...treeProbes(rootOf(want), remote.remoteBranches(at, entries), known),
    }
  },

  reach: (want, known) => filesReach(want.dest, known),

  plan(want, actual): readonly Change[] {
    const { prepared } = want
    const { now } = prepared
    if (prepared.kind === 'file') return copyFile(actual, { want, next: prepared.next, now })
    if (prepared.kind === 'on the host' && actual.sourceTree === null) {
      const next = remote.remoteFile(want.src ?? '', actual)
      return copyFile(actual, { want, next, now, mode: actual.sourceInfo?.mode })
    }
    const branches =
      prepared.kind === 'directory'
        ? prepared.branches
        : remote.remoteBranches(actual.source?.physical ?? '', actual.sourceTree ?? [], actual)
    const { owner, group, directory_mode: mode } = want
    const attributes = { owner, group, mode: actual.info === null ? mode : undefined }
    const made = makeDirectory(actual, { ...attributes, recurse: false }, null)
    const root = actual.info === null ? newDirectory(actual, attributes) : undefined
    return [...made, ...plantTree(actual, branches, { now, want, root })]
  },

  result(want, _, after, outcomes) {
    const src = want.src === undefined ? {} : { src: want.src }
    return Object.assign(fileResult(after, outcomes), src)
  },
})

const treeProbes = (
  root: string,
  branches: readonly Branch[],
  known: Known,
): TargetProbes & Probes => ({
  ...target({ dest: root, follow: true }, undefined, known),
  ...destination(root, known, { follow: true, content: false }),
  ...branchProbes(root, branches, known),
})
