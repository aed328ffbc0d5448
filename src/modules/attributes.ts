import type { Run } from '../core/change.ts'
import { changedFields, fieldsDiff, type Field } from '../core/diff.ts'
import { path as place } from '../core/probe.ts'
import { mode, optional } from '../core/schema.ts'
import { account } from '../core/shapes.ts'
import { lines, sh, type Words } from '../core/shell.ts'
import {
  fieldsOf,
  ifKnown,
  surely,
  whyUnknown,
  withFields,
  withUncertain,
} from '../core/uncertain.ts'
import { attributesChange, UNWRITTEN } from '../probes/effects.ts'
import type { Identity } from '../probes/identity.ts'
import type { PathInfo } from '../probes/path.ts'
import { guardOf } from './guard.ts'
import { modeOf } from './mode.ts'
import { reaching } from './reach.ts'

/** The parameters of every module that makes files. */
export const attributeParams = {
  mode: optional(
    mode('Permissions, such as `0644` or `u=rw,g=r,o=`; left alone when omitted, `0644` for new.'),
  ),
  owner: optional(account('Account name or number; left alone when omitted.')),
  group: optional(account('Group name or number; left alone when omitted.')),
}

/** Mode, owner and group as a task wants them; undefined: as they are. */
export interface Attributes {
  readonly mode: string | undefined
  readonly owner: string | undefined
  readonly group: string | undefined
}

/** What a path will be when its attributes are as wanted. */
export const withAttributes = (info: PathInfo, want: Attributes): PathInfo => {
  const mode = want.mode === undefined ? {} : { mode: modeOf(want.mode, info) }
  const named = { ...mode, ...owned(want, info), ...grouped(want, info) }
  return hide(withFields(info, named), [
    ...unknownOf('owner', 'uid', want.owner, keepsOwner(info, want)),
    ...unknownOf('group', 'gid', want.group, keepsGroup(info, want)),
  ])
}

const hide = (info: PathInfo, fields: readonly (keyof PathInfo)[]): PathInfo =>
  fields.length === 0
    ? info
    : withUncertain(info, fields, 'the host looks accounts up by name or number')

const isNumber = (name = ''): boolean => /^\d+$/.test(name)

const hasOwner = (info: PathInfo, owner: string | undefined): boolean =>
  owner === undefined || (isNumber(owner) ? info.uid === Number(owner) : info.owner === owner)

const hasGroup = (info: PathInfo, group: string | undefined): boolean =>
  group === undefined || (isNumber(group) ? info.gid === Number(group) : info.group === group)

/** False also where nobody can tell: the one that is wanted is known either way. */
const keepsOwner = (info: PathInfo, { owner }: Attributes): boolean =>
  surely(() => hasOwner(info, owner))

const keepsGroup = (info: PathInfo, { group }: Attributes): boolean =>
  surely(() => hasGroup(info, group))

const owned = (want: Attributes, info: PathInfo): Partial<PathInfo> => {
  const { owner } = want
  if (owner === undefined || keepsOwner(info, want)) return {}
  if (owner === 'root' || owner === '0') return { owner: 'root', uid: 0 }
  return isNumber(owner) ? { uid: Number(owner) } : { owner }
}

const grouped = (want: Attributes, info: PathInfo): Partial<PathInfo> => {
  const { group } = want
  if (group === undefined || keepsGroup(info, want)) return {}
  if (group === 'root' || group === '0') return { group: 'root', gid: 0 }
  return isNumber(group) ? { gid: Number(group) } : { group }
}

/** Of a name and a number only the one that the task gives is known, but for root. */
const unknownOf = <K extends keyof PathInfo>(
  name: K,
  number: K,
  wanted: string | undefined,
  has: boolean,
): readonly K[] => {
  if (wanted === undefined || has || wanted === 'root' || wanted === '0') return []
  return [isNumber(wanted) ? name : number]
}

/** What a new file or directory is: of the account that makes it, in a directory that may be setgid. */
export const newInfo = (
  kind: PathInfo['kind'],
  mode: string,
  { who, parent }: { who: Identity | null; parent: PathInfo | null },
): PathInfo => {
  const info: PathInfo = {
    kind,
    mode,
    group: who?.group ?? 'root',
    gid: who?.gid ?? 0,
    owner: who?.user ?? 'root',
    uid: who?.uid ?? 0,
    size: 0,
    mtime: 0,
    atime: 0,
    ctime: 0,
    inode: 0,
    device: 0,
    hardLinks: 1,
    target: '',
    special: undefined,
  }
  const grown = kind === 'directory' ? (['size', 'hardLinks'] as const) : []
  const inherits = parent !== null && (parseInt(parent.mode, 8) & SETGID) !== 0
  const unknown = ['mtime', 'atime', 'ctime', 'inode', 'device', ...grown] as const
  return withUncertain(inherits ? withFields(info, groupOf(parent)) : info, unknown, UNWRITTEN)
}

const SETGID = 0o2000

/** A group of which only the name or the number may be known: neither is read. */
const groupOf = (info: PathInfo): Pick<PathInfo, 'group' | 'gid'> =>
  fieldsOf(info, ['group', 'gid'])

/** Whether mode, owner and group are as wanted. */
export const hasAttributes = (info: PathInfo, want: Attributes): boolean =>
  (want.mode === undefined || modeOf(want.mode, info) === info.mode) &&
  hasOwner(info, want.owner) &&
  hasGroup(info, want.group)

/** The words that set them; a change of owner clears setuid, so the mode comes last. */
const attributeWords = (
  at: string,
  kind: PathInfo['kind'],
  { owner, group, mode }: Attributes,
): Words =>
  lines(
    reaching(at, kind),
    sh`set -e`,
    ...(owner === undefined && group === undefined
      ? []
      : [sh`chown $no_follow -- ${ownerWord({ owner, group })} "$it"`]),
    ...(mode === undefined ? [] : [sh`chmod -- ${exactMode(mode)} "$it"`]),
  )

/** Both as `chown` takes them. */
export const ownerWord = ({ owner = '', group }: Pick<Attributes, 'owner' | 'group'>): string =>
  group === undefined ? owner : `${owner}:${group}`

/** Five digits: with fewer GNU chmod leaves a directory its setuid and setgid. */
export const exactMode = (mode: string): string => mode.padStart(5, '0')

/** The change that makes an existing path's attributes as wanted; none when they are. */
export const setAttributes = (at: string, info: PathInfo, wanted: Attributes): readonly Run[] => {
  // A link has no mode of its own.
  const want = info.kind === 'link' ? { ...wanted, mode: undefined } : wanted
  if (surely(() => hasAttributes(info, want))) return []
  const after = withUncertain(withAttributes(info, want), ['ctime'], UNWRITTEN)
  const diff = fieldsDiff(at, describe(info, want), describeWanted(after, want))
  const changesOwner = !keepsOwner(info, want) || !keepsGroup(info, want)
  const mode =
    info.kind === 'link' || (want.mode === undefined && !changesOwner) ? undefined : after.mode
  return [
    {
      do: 'run',
      summary: `${diff.fields.map(({ name }) => name).join(' and ')} of ${at}`,
      diff,
      script: attributeWords(at, info.kind, { ...want, mode }),
      effects: attributesChange(at, after),
      scope: [place(at)],
      guard: guardOf(at),
      perhaps: whyUnknown(() => hasAttributes(info, want)),
    },
  ]
}

/** Mode, owner and group in a file's diff: what changes of one that stays, what a new one gets. */
export const attributesShown = (
  before: PathInfo | null,
  after: PathInfo,
  want: Attributes,
): readonly Field[] =>
  before === null
    ? changedFields(
        {},
        { mode: after.mode, ...describeWanted(after, { ...want, mode: undefined }) },
      )
    : changedFields(describe(before, want), describeWanted(after, want))

/** What goes with something that is removed, as far as it is known. */
export const attributesLost = (info: PathInfo): readonly Field[] =>
  (['mode', 'owner', 'group'] as const).flatMap(name => {
    const before = ifKnown(() => info[name])
    return before === undefined ? [] : [{ name, before, after: null }]
  })

/** As it is, without what a dry run cannot know. */
const describe = (info: PathInfo, want: Attributes): Record<string, string> => ({
  ...(want.mode === undefined ? {} : shown('mode', () => info.mode)),
  ...(want.owner === undefined
    ? {}
    : shown('owner', () => (isNumber(want.owner) ? String(info.uid) : info.owner))),
  ...(want.group === undefined
    ? {}
    : shown('group', () => (isNumber(want.group) ? String(info.gid) : info.group))),
})

const shown = (name: string, read: () => string): Record<string, string> => {
  const value = ifKnown(read)
  return value === undefined ? {} : { [name]: value }
}

const describeWanted = (after: PathInfo, want: Attributes): Record<string, string> => ({
  ...(want.mode === undefined ? {} : { mode: after.mode }),
  ...(want.owner === undefined ? {} : { owner: want.owner }),
  ...(want.group === undefined ? {} : { group: want.group }),
})
