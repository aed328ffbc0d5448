import { UserError } from '../../core/error.ts'
import type { Actual, Known } from '../../core/module.ts'
import type { Probe } from '../../core/probe.ts'
import { content, type Content } from '../../probes/content.ts'
import { path, type PathInfo } from '../../probes/path.ts'
import { resolve, type Resolved } from '../../probes/resolve.ts'
import { tree, type TreeInfo } from '../../probes/tree.ts'
import { whereabouts } from '../destination.ts'
import type { NewContent } from '../source.ts'
import { inDirectory } from './target.ts'
import type { Branch } from './tree.ts'

/** The questions about what is copied from one place of the host to another. */
export type SourceProbes = {
  readonly source: Probe<Resolved> | undefined
  readonly sourceInfo: Probe<PathInfo> | undefined
  readonly sourceContent: Probe<Content> | undefined
  readonly sourceTree: Probe<readonly TreeInfo[]> | undefined
}

export type SourceAnswers = Actual<SourceProbes>

/** Asks nothing when the source is on the controller. */
export const sourceProbes = (src: string | undefined, known: Known): SourceProbes => {
  const source = src === undefined ? undefined : resolve(src)
  const at = src === undefined || source === undefined ? undefined : whereabouts(src, source, known)
  const info = at === undefined ? undefined : path(at)
  const isDirectory = info !== undefined && known(info)?.kind === 'directory'
  return {
    source,
    sourceInfo: info,
    sourceContent: at === undefined ? undefined : content(at),
    sourceTree: isDirectory && at !== undefined ? tree(at) : undefined,
  }
}

/** The contents of the files of a directory that is copied, by number. */
export const branchContents = (
  at: string,
  entries: readonly TreeInfo[],
): Readonly<Record<`source of ${number}`, Probe<unknown>>> =>
  Object.fromEntries(
    entries.flatMap((entry, i) =>
      entry.kind === 'file' ? [[`source of ${i}`, content(inDirectory(at, entry.path))]] : [],
    ),
  )

/** What the directory holds, as it is to be copied. */
export const remoteBranches = (
  at: string,
  entries: readonly TreeInfo[],
  actual: Readonly<Record<string, unknown>> = {},
): readonly Branch[] =>
  entries.map((entry, i) => {
    const from = inDirectory(at, entry.path)
    if (entry.kind === 'directory') return { path: entry.path, mode: entry.mode, next: undefined }
    if (entry.kind !== 'file')
      throw new UserError(
        'E_NOT_COPIED',
        `${from}: with remote_src only files and directories are copied, not a ${entry.special ?? entry.kind}`,
      )
    // Not yet asked while the questions are being made: only what it is matters then.
    const holds = (actual[`source of ${i}`] ?? { size: 0, sha256: '', bytes: undefined }) as Content
    return { path: entry.path, mode: entry.mode, next: { source: { from }, content: holds } }
  })

/** The file of the host that is copied. */
export const remoteFile = (src: string, actual: SourceAnswers): NewContent => {
  if (actual.source === null || actual.sourceInfo === null)
    throw new UserError('E_ABSENT', `there is nothing at ${src} on the host`)
  if (actual.sourceContent === null)
    throw new UserError('E_NOT_A_FILE', `${src} on the host is no regular file`)
  return { source: { from: actual.source.physical }, content: actual.sourceContent }
}
