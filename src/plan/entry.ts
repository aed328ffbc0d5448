import type { Scope } from '../core/change.ts'
import type { BytesDiff, Diff, NovelDiff } from '../core/diff.ts'
import { formatPosition } from '../core/error.ts'
import type { ChangeReport, TaskReport } from '../core/event.ts'
import { HIDDEN } from '../core/secret.ts'
import { renderDiff } from '../report/diff.ts'
import type { Redactor } from '../report/redact.ts'
import type { Entry, EntryChange } from './document.ts'
import type { Macs } from './key.ts'
import type { Reported } from './recorder.ts'
import { placeOf, type PlannedTurn } from './turns.ts'

/** What entries are made with. */
export interface Making {
  readonly macs: Macs
  readonly redactor: Redactor
}

/** The entry of a report that a plan has to tell of; nothing for one that is ok or skipped for good. */
export const entryOf = (
  { report, turn }: Reported,
  step: number,
  { macs, redactor }: Making,
): Entry | undefined => {
  const isQuiet = report.status === 'ok' || report.status === 'skipped'
  const isSpared = isQuiet && turn?.kind === 'maybe' && turn.changes?.length !== 0
  if (isQuiet && !isSpared && (turn?.changes ?? []).length === 0) return undefined
  const masked = redactor.redactAll(report) as TaskReport
  const reach = reachOf(turn)
  return {
    step,
    task: titleOf(masked),
    at: formatPosition(report.at),
    handler: report.handler,
    item: masked.item,
    status: isSpared ? 'maybe' : report.status,
    message: isSpared ? SPARED : masked.message,
    ...(report.code === undefined ? {} : { code: report.code }),
    ...(report.forgiven === undefined ? {} : { forgiven: report.forgiven }),
    changes: changesOf(report, turn).map(change => changeOf(change, redactor)),
    ...(reach === undefined ? {} : { reach: reach.map(text => redactor.redact(text)) }),
    ...(turn?.kind === 'done while planning' ? { done: true } : {}),
    digest: macs.of(`turn of ${report.host}`, JSON.stringify(comparedOf(report, turn))),
  }
}

/** Why a task is a maybe that the dry run has reported as skipped. */
const SPARED = 'a dry run skips it because it is one: a run may do it'

/** `role : task`, as terminals show it. */
const titleOf = ({ role, task }: Pick<TaskReport, 'role' | 'task'>): string =>
  role === undefined ? task : `${role} : ${task}`

/** Everything of a turn that another plan of an unchanged world has as well. */
const comparedOf = ({ at, handler, item, status }: TaskReport, turn: PlannedTurn | undefined) => {
  if (turn === undefined) return [formatPosition(at), handler, item, status]
  const where = [placeOf(turn.at), turn.at.item ?? null, turn.kind]
  // What was done while planning need not be done again.
  if (turn.kind === 'done while planning') return where
  const changes = turn.changes?.map(({ identity }) => identity)
  return [...where, changes ?? null, turn.kind === 'maybe' ? turn.reach : []]
}

const reachOf = (turn: PlannedTurn | undefined): readonly string[] | undefined =>
  turn?.kind === 'maybe' && turn.changes === undefined ? turn.reach.flatMap(placesIn) : undefined

const placesIn = (scope: Scope): readonly string[] =>
  scope === 'everything' ? [scope] : scope.map(({ realm, name }) => `${realm} ${name}`)

/** A report of a task that is said to change nothing names no changes: the turn does. */
const changesOf = (report: TaskReport, turn: PlannedTurn | undefined): readonly ChangeReport[] => {
  if (report.changes.length > 0 || turn === undefined) return report.changes
  const { isHidden } = turn.at
  return (turn.changes ?? []).map(({ summary, diff, unproved }) => ({
    summary: isHidden ? HIDDEN : summary,
    diff: isHidden ? undefined : diff,
    unproved,
  }))
}

const changeOf = ({ summary, diff, unproved }: ChangeReport, redactor: Redactor): EntryChange => ({
  summary: redactor.redact(summary),
  diff: diff === undefined ? null : diffLines(diff, redactor),
  ...(unproved ? { unproved } : {}),
})

/** A diff line by line; of bytes only how many there are, since a hash tells what they could be. */
export const diffLines = (diff: Diff, redactor: Redactor): readonly string[] | null => {
  const shown = diff.kind === 'bytes' || diff.kind === 'novel' ? sizes(diff) : diff
  const text = renderDiff(redactor.redactAll(shown) as Diff)
  return text === '' ? null : text.split('\n')
}

const sizes = ({ path, before, after, attributes = [] }: BytesDiff | NovelDiff): Diff => {
  const content = { name: 'content', before: sizeOf(before), after: sizeOf(after) }
  return { kind: 'fields', of: path, fields: [content, ...attributes] }
}

const sizeOf = (file: NovelDiff['after']): string | null => {
  if (file === null) return null
  return 'novel' in file ? `(new) ${file.novel}` : `${file.size} bytes`
}
