import type { Change } from '../../core/change.ts'
import { fieldsDiff } from '../../core/diff.ts'
import { UserError } from '../../core/error.ts'
import { path as place } from '../../core/probe.ts'
import { lines, sh } from '../../core/shell.ts'
import { withFields, withUncertain } from '../../core/uncertain.ts'
import { goes, linkAppears, UNWRITTEN } from '../../probes/effects.ts'
import { content } from '../../probes/content.ts'
import { path, type PathInfo } from '../../probes/path.ts'
import type { Resolved } from '../../probes/resolve.ts'
import { becomes, uncertain } from '../../core/change.ts'
import { newInfo, setAttributes, type Attributes } from '../attributes.ts'
import { baseName, parentOf, type Destination } from '../destination.ts'
import { guardOf } from '../guard.ts'
import { requireParent } from '../putfile.ts'
import { besides, here } from '../reach.ts'

interface LinkWant extends Attributes {
  readonly src: string | undefined
  readonly force: boolean
  readonly follow: boolean
}

/** What a link leads to. */
interface Leads {
  readonly source: Resolved | null
  readonly sourceInfo: PathInfo | null
}

type There = Omit<Destination, 'content'>

/** Makes a symbolic link, or points it elsewhere. */
export const makeLink = (there: There, want: LinkWant, leads: Leads): readonly Change[] => {
  const at = there.resolved?.physical ?? ''
  const { info } = there
  const src = want.src ?? (info?.kind === 'link' ? info.target : undefined)
  if (src === undefined)
    throw new UserError('E_NO_SOURCE', 'a new link needs src: what it leads to')
  if (info?.kind === 'link' && info.target === src) return linkAttributes(at, info, { want, leads })
  refuseToReplace(at, info, want.force)
  if (leads.sourceInfo === null && !want.force)
    throw new UserError('E_ABSENT', `there is nothing at ${src}, which the link should lead to`, {
      hint: 'force: true makes the link all the same',
    })
  requireParent(at, there.parent)
  return [link(there, src, leads), ...linkAttributes(at, newLink(there, src), { want, leads })]
}

const newLink = (there: There, src: string): PathInfo =>
  withFields(newInfo('link', '0777', there), { target: src, size: Buffer.byteLength(src) })

const link = (there: There, src: string, { source }: Leads): Change => {
  const at = there.resolved?.physical ?? ''
  const { info } = there
  return {
    do: 'run',
    summary: `link ${at} to ${src}`,
    diff: fieldsDiff(
      at,
      { state: info?.kind ?? 'absent', ...(info?.kind === 'link' ? { target: info.target } : {}) },
      { state: 'link', target: src },
    ),
    script: lines(
      besides(at),
      sh`set -e`,
      ...(info?.kind === 'directory' ? [sh`rmdir -- ${here(at)}`] : []),
      sh`ln -sfn -- ${src} ${here(at)}`,
    ),
    effects: linkAppears(at, newLink(there, src), source?.physical ?? src),
    scope: [place(at)],
    guard: guardOf(at),
  }
}

/** Attributes are those of what the link leads to, or with `follow: false` the link's own. */
const linkAttributes = (
  at: string,
  info: PathInfo,
  { want, leads: { source, sourceInfo } }: { want: LinkWant; leads: Leads },
): readonly Change[] => {
  if (!want.follow) return setAttributes(at, info, want)
  if (source === null || sourceInfo === null) return []
  return setAttributes(source.physical, sourceInfo, want)
}

const refuseToReplace = (at: string, info: PathInfo | null, force: boolean): void => {
  if (info === null || info.kind === 'link' || force) return
  throw new UserError('E_EXISTS', `${at} exists and is no link`, {
    hint: 'force: true puts the link in place of a file or an empty directory',
  })
}

/** Gives a file a second name. */
export const makeHardLink = (there: There, want: LinkWant, leads: Leads): readonly Change[] => {
  const at = there.resolved?.physical ?? ''
  const { info } = there
  const { source, sourceInfo } = leads
  if (source === null || sourceInfo?.kind !== 'file')
    throw new UserError(
      'E_ABSENT',
      `there is no file at ${want.src ?? ''}, which needs to be there`,
    )
  if (info !== null && isSame(info, sourceInfo)) return setAttributes(at, info, want)
  refuseToReplace(at, info, want.force)
  requireParent(at, there.parent)
  const linked = withFields(sourceInfo, { hardLinks: sourceInfo.hardLinks + 1 })
  const after = withUncertain(linked, ['ctime'], UNWRITTEN)
  const change: Change = {
    do: 'run',
    summary: `link ${at} to the file ${source.physical}`,
    diff: fieldsDiff(at, { state: info?.kind ?? 'absent' }, { state: 'hard' }),
    script: lines(
      besides(at),
      sh`from=${parentOf(source.physical)}; exec 9<"$from"; is_at 9 "$from"`,
      sh`ln -fn -- /proc/self/fd/9/${baseName(source.physical)} ${here(at)}`,
    ),
    effects: [
      ...goes(at),
      becomes(path(at), after),
      becomes(path(source.physical), after),
      uncertain(content(at), 'the hash is that of the file that it will be linked to'),
    ],
    scope: [place(at), place(source.physical)],
    guard: guardOf(at),
  }
  return [change, ...setAttributes(at, after, want)]
}

const isSame = (one: PathInfo, other: PathInfo): boolean =>
  one.inode === other.inode && one.device === other.device
