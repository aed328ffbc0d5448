import type { Change, Effect, Put } from '../core/change.ts'
import type { Diff, Field, NovelDiff } from '../core/diff.ts'
import { UserError } from '../core/error.ts'
import { path as place } from '../core/probe.ts'
import { boolean, optional, text, withDefault } from '../core/schema.ts'
import { asWritten, quote } from '../core/shell.ts'
import { ifKnown, surely, withFields, withUncertain } from '../core/uncertain.ts'
import { holdsSame, sizeOf, type Content } from '../probes/content.ts'
import { fileAppears, UNWRITTEN } from '../probes/effects.ts'
import type { PathInfo } from '../probes/path.ts'
import {
  attributesShown,
  hasAttributes,
  newInfo,
  setAttributes,
  withAttributes,
  type Attributes,
} from './attributes.ts'
import { parentOf, type Destination } from './destination.ts'
import { guardOf } from './guard.ts'
import { copyOnHost } from './copy/onhost.ts'
import { modeOf } from './mode.ts'
import { asText, type NewContent } from './source.ts'

/** Ansible's mode of a new file: 0666 without the umask's bits. */
const NEW_FILE = '0644'

/** The parameters of every module that writes a whole file. */
export const writingParams = {
  backup: withDefault(
    boolean('Keeps the old file beside the new one, under a name with the time.'),
    false,
  ),
  validate: optional(
    text('Command that must accept the new file before it is put in place; `%s` is its path.'),
  ),
  unsafe_writes: withDefault(
    boolean('Writes in place where a rename is impossible, such as a bind mount.'),
    false,
  ),
}

/** How a file is to be written. */
export interface Writing extends Attributes {
  readonly backup: boolean
  readonly validate: string | undefined
  readonly unsafe_writes: boolean
}

/** A sentence when `validate` does not say where the file comes in. */
export const checkValidate = (want: {
  readonly validate?: string | undefined
}): string | undefined =>
  want.validate === undefined || want.validate.includes('%s')
    ? undefined
    : 'validate must contain %s, which stands for the new file'

/** What is there, what will be, and how; `now` dates a backup. */
export interface Replacement {
  readonly now: Date
  readonly next: NewContent
  readonly want: Writing
}

/** The changes that make a file hold what it should, with its attributes; none when it does. */
export const putFile = (
  there: Destination,
  { now, next, want }: Replacement,
): readonly Change[] => {
  const at = there.resolved?.physical ?? ''
  const existing = there.info?.kind === 'file' ? there.info : null
  if (there.info?.kind === 'directory')
    throw new UserError('E_IS_DIRECTORY', `${at} is a directory, not a file`)
  requireParent(at, there.parent)
  if (existing !== null && holdsSame(there.content, next.content))
    return setAttributes(at, existing, want)
  return [write(at, there, { now, next, want })]
}

/** Fails where the directory that a file should go into is missing. */
export const requireParent = (at: string, parent: PathInfo | null): void => {
  if (parent?.kind === 'directory') return
  throw new UserError('E_NO_DIRECTORY', `there is no directory ${parentOf(at)}`, {
    hint: `make it first, with file: path=${parentOf(at)} state=directory`,
  })
}

const write = (at: string, there: Destination, { now, next, want }: Replacement): Change => {
  const existing = there.info?.kind === 'file' ? there.info : null
  const info = infoAfter(there, next.content, want)
  const backup = want.backup && existing !== null ? backupName(at, now) : undefined
  const changesMode = existing !== null && !surely(() => hasAttributes(existing, want))
  const verb = existing === null ? 'create' : 'write'
  const common = {
    summary: `${verb} ${at}${changesMode ? ' and set its attributes' : ''}`,
    diff: contentDiff(
      at,
      { before: there.content, after: next.content },
      attributesShown(existing, info, want),
    ),
    effects: [...fileAppears(at, info, next.content), ...backedUp(backup, there)],
    scope: [place(at), ...(backup === undefined ? [] : [place(backup)])],
    guard: guardOf(at),
  }
  const how = {
    to: at,
    mode: info.mode,
    owner: want.owner,
    group: want.group,
    validate: validation(want.validate),
    backup,
    unsafeWrites: want.unsafe_writes || undefined,
  }
  if (!('from' in next.source)) return { do: 'put', ...common, ...how, source: next.source }
  // Only a dry run does not know the hash, and it runs no script.
  const sha256 = ifKnown(() => next.content.sha256) ?? ''
  return { do: 'run', ...common, script: copyOnHost({ from: next.source.from, sha256 }, how) }
}

const backedUp = (backup: string | undefined, { info, content }: Destination): readonly Effect[] =>
  backup === undefined || info === null || content === null
    ? []
    : fileAppears(backup, info, content)

const infoAfter = (there: Destination, content: Content, want: Attributes): PathInfo => {
  const base =
    there.info?.kind === 'file'
      ? withUncertain(there.info, ['mtime', 'atime', 'ctime', 'inode'], UNWRITTEN)
      : newInfo('file', modeOf(want.mode ?? NEW_FILE, { mode: NEW_FILE, kind: 'file' }), there)
  const written = withFields<Partial<PathInfo>>({ hardLinks: 1 }, sizeOf(content))
  return withFields(withAttributes(base, want), written)
}

/**
 * A text diff where both sides are text, else sizes and hashes; of what is yet to be made, only
 * that. `attributes` are what else of the file changes.
 */
export const contentDiff = (
  at: string,
  { before, after }: { readonly before: Content | null; readonly after: Content | null },
  attributes: readonly Field[] = [],
): Diff => {
  if (before?.novel !== undefined || after?.novel !== undefined)
    return {
      kind: 'novel',
      path: at,
      before: knownOf(before),
      after: knownOf(after),
      attributes,
    }
  const [old, next] = [
    before === null ? null : asText(before.bytes),
    after === null ? null : asText(after.bytes),
  ]
  if (old !== undefined && next !== undefined)
    return { kind: 'text', path: at, before: old, after: next, attributes }
  return { kind: 'bytes', path: at, before, after, attributes }
}

const knownOf = (content: Content | null): NovelDiff['after'] => {
  if (content === null) return null
  if (content.novel !== undefined) return { novel: content.novel }
  const { size, sha256 } = content
  return { size, sha256 }
}

const validation = (command: string | undefined): Put['validate'] =>
  command === undefined
    ? undefined
    : staged => asWritten(command.replaceAll('%s', () => quote(staged)))

/** `FILE.2026-01-31@23:59:59~`, in UTC. */
const backupName = (at: string, now: Date): string =>
  `${at}.${now.toISOString().slice(0, 19).replace('T', '@')}~`
