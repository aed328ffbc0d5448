import type { Change, Outcome } from '../core/change.ts'
import { UserError } from '../core/error.ts'
import type { Known, Result } from '../core/module.ts'
import { absolutePath, alias, boolean, withDefault } from '../core/schema.ts'
import { withFields } from '../core/uncertain.ts'
import { attributeParams, type Attributes } from './attributes.ts'
import { backupResult } from './copy/result.ts'
import { destination, parentOf, type Destination, type DestinationProbes } from './destination.ts'
import { makeDirectory, newDirectory } from './file/directory.ts'
import { putFile, writingParams, type Writing } from './putfile.ts'
import { attributesOf, together } from './result.ts'
import { asText, fromBytes } from './source.ts'

/** The parameters of every module that edits a text file. */
export const editParams = {
  path: alias(absolutePath('The file to edit.'), 'dest', 'destfile', 'name'),
  ...attributeParams,
  ...writingParams,
}

/** Whether a missing file is made. */
export const createParam = withDefault(boolean('Makes the file when there is none.'), false)

/** What an edit makes of a text. */
export interface Edited {
  readonly text: string
  /** As Ansible words it; empty when nothing changes. */
  readonly message: string
}

/** A pure edit; null is a file that does not exist. */
export type Edit = (text: string | null) => Edited

/** The questions that every edit asks. */
export const editProbes = (want: { readonly path: string }, known: Known): DestinationProbes =>
  destination(want.path, known, { follow: true, content: true })

/** The changes that make the file what the edit makes of it. */
export const planEdit = (
  there: Destination,
  edit: Edit,
  { want, now }: { want: Writing; now: Date },
): readonly Change[] => {
  const before = textIn(there)
  const { text } = edit(before)
  if (before === null && text === '') return []
  const [changes, ready] = before === null ? parents(there) : [[], there]
  const puts = putFile(ready, { now, next: fromBytes(text), want })
  const settles = edit(text).text === text
  return [...changes, ...(settles ? puts : puts.map(unproved))]
}

/** An edit whose own outcome it would edit again never ends: a second reading cannot prove it. */
const unproved = (change: Change): Change => ({ ...change, act: { kind: 'unproved' } })

const NONE: Attributes = { mode: undefined, owner: undefined, group: undefined }

const parents = (there: Destination): [readonly Change[], Destination] => {
  if (there.parent !== null || there.resolved === null) return [[], there]
  const at = parentOf(there.resolved.physical)
  const directory = { ...there.resolved, physical: at }
  const outer = { resolved: directory, info: null, parent: null, who: there.who }
  return [
    makeDirectory(outer, { ...NONE, recurse: false }, null),
    withFields(there, { parent: newDirectory(outer, NONE) }),
  ]
}

/** The file's text; null when there is no file. What is no text, or too long, fails by name. */
const textIn = ({ resolved, info, content }: Destination): string | null => {
  const at = resolved?.physical ?? ''
  if (info === null) return null
  if (info.kind !== 'file') throw new UserError('E_NOT_A_FILE', `${at} is no regular file`)
  if (content?.bytes === undefined)
    throw new UserError('E_TOO_LONG', `${at} has more than 1 MiB and is not edited`)
  const text = asText(content.bytes)
  if (text === undefined)
    throw new UserError('E_NOT_TEXT', `${at} is no UTF-8 text and is not edited`)
  return text
}

/** Fails where there is no file and none may be made. */
export const requireFile = (there: Destination, create: boolean): void => {
  if (there.info !== null || create) return
  throw new UserError('E_ABSENT', `there is no file ${there.resolved?.physical ?? ''}`, {
    hint: 'create: true makes it, where the module has that parameter',
  })
}

/** What is registered of an edit. */
export const editResult = (
  before: Destination,
  after: Destination,
  { edit, outcomes }: { edit: Edit; outcomes: readonly Outcome[] },
): Result => {
  const where = { path: before.resolved?.path, dest: before.resolved?.path }
  const { message: msg } = edit(textIn(before))
  return together(where, attributesOf(after.info), { msg }, backupResult(outcomes))
}

/** A text's lines, each without its end. */
export const linesOf = (text: string): readonly string[] =>
  text === '' ? [] : text.replace(/\n$/, '').split('\n')

/** Lines as a text that ends with a newline. */
export const joinLines = (lines: readonly string[]): string =>
  lines.length === 0 ? '' : `${lines.join('\n')}\n`
