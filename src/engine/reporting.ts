import { Uncertain } from '../core/uncertain.ts'
import { UserError } from '../core/error.ts'
import type { ChangeReport, Event, TaskReport } from '../core/event.ts'
import { HIDDEN } from '../core/secret.ts'
import type { Include, RoleStart, Task } from '../language/play.ts'
import type { Scope } from '../language/scope.ts'
import type { Frame } from './frame.ts'
import type { HostRun } from './hosts.ts'
import { flagOr } from './keywords.ts'
import { isRefused, type Outcome } from './outcome.ts'
import type { PlayRun } from './playrun.ts'
import type { Item } from './task.ts'
import { toPlain } from './values.ts'

/** What is reported: a task, an include, or a role whose arguments are wrong. */
export type Reported = Task | Include | RoleStart

/** The variables of a task that stands in a frame, for one item of its loop. */
export const scopeIn = (
  play: PlayRun,
  { task, host, frame }: { task: Reported; host: HostRun; frame: Frame },
  item?: Pick<Item, 'locals'>,
  onRead?: (name: string, host: string) => void,
): Scope => {
  const outer = frame.locals.get(host.name) ?? new Map<string, unknown>()
  const locals = new Map([...outer, ...(item?.locals ?? [])])
  const watched = onRead === undefined ? {} : { onRead }
  return play.scope(host.name, task, { includeVars: frame.includeVars, locals, ...watched })
}

/** Says that a task begins, its name as the first of its hosts has it. */
export const announce = (
  play: PlayRun,
  task: Reported,
  { hosts, frame }: { hosts: readonly HostRun[]; frame: Frame },
): void => {
  const [host] = hosts
  const announcement = (all: readonly string[]): Event => ({
    kind: 'task started',
    task: host === undefined ? nameOf(task) : titleOf(play, { task, host, frame }),
    role: task.role?.name,
    at: task.at,
    handler: frame.handler,
    hosts: all,
  })
  if (host === undefined || play.order === undefined)
    play.run.services.sink.emit(announcement(hosts.map(({ name }) => name)))
  else play.order.announce(host.name, announcement)
}

const nameOf = (task: Reported): string => {
  if (task.keywords.name !== undefined) return task.keywords.name
  if (task.kind === 'task') return task.module
  return task.kind === 'include' ? `include_${task.what}` : `Arguments of role ${task.role.name}`
}

/** The task's name with its templates evaluated as far as they can be. */
const titleOf = (play: PlayRun, it: { task: Reported; host: HostRun; frame: Frame }): string =>
  titleIn(scopeIn(play, it), it.task)

/** The task's name as its variables make it. */
const titleIn = (scope: Scope, task: Reported): string => {
  const name = nameOf(task)
  if (!name.includes('{{')) return name
  try {
    const options = { trimBlocks: false, lstripBlocks: false }
    return scope.render(name, task.at.file, options)
  } catch (error) {
    if (error instanceof UserError || error instanceof Uncertain) return name
    throw error
  }
}

/** A task in the middle of a sentence: its name and where it stands. */
export const referenceTo = (scope: Scope, task: Reported): string =>
  `"${titleIn(scope, task)}" (${task.at.file}:${task.at.line})`

/** Whether reports tell nothing of what the task does. */
export const hides = (scope: Scope, { keywords }: Pick<Reported, 'keywords'>): boolean =>
  // What cannot be evaluated may have been meant to hide.
  flagOr(scope, keywords.noLog, 'yes')

interface Reporting {
  readonly task: Reported
  readonly host: HostRun
  readonly loops: boolean
  readonly frame: Frame
  readonly forgiven: TaskReport['forgiven']
}

/** Emits what one item came to. */
export const report = (play: PlayRun, it: Reporting, item: Item): void => {
  const { task, host, frame } = it
  const { outcome, label, ms } = item
  const scope = scopeIn(play, it, item)
  const hidden = hides(scope, task)
  const failure = 'failure' in outcome ? outcome.failure : undefined
  // An overseer says nothing of what is hidden.
  const isSecret = hidden && !isRefused(outcome)
  const done: TaskReport = {
    play: play.play.name,
    task: titleOf(play, it),
    role: task.role?.name,
    at: task.at,
    host: host.name,
    status: outcome.kind,
    item: hidden && it.loops ? HIDDEN : label,
    changes: changesShown(outcome, { hidden, task, scope }),
    message: isSecret && failure !== undefined ? HIDDEN : messageOf(outcome),
    hint: isSecret ? undefined : failure?.hint,
    code: failure?.code,
    forgiven: failure === undefined ? undefined : it.forgiven,
    handler: frame.handler,
    ...planned(play, task, scope),
    result: hidden ? undefined : plainResult(outcome),
    ms,
    ...(item.cost === undefined ? {} : { cost: item.cost }),
  }
  item.overseen?.reported(done)
  play.tell(host, () => ({ kind: 'task done', report: done }))
}

/** Whether it was only planned, where that is in question. */
const planned = (play: PlayRun, { keywords }: Reported, scope: Scope): { planned?: boolean } => {
  const { dryRun } = play.run.options
  const { checkMode } = keywords
  if (checkMode === undefined) return dryRun ? { planned: true } : {}
  const isPlanned = flagOr(scope, checkMode, 'yes')
  return dryRun || isPlanned ? { planned: isPlanned } : {}
}

const changesShown = (
  outcome: Outcome,
  { hidden, task, scope }: { hidden: boolean; task: Reported; scope: Scope },
): readonly ChangeReport[] => {
  const changes = 'changes' in outcome ? outcome.changes : []
  if (hidden) return changes.map(change => ({ ...change, summary: HIDDEN, diff: undefined }))
  if (task.keywords.diff === undefined || flagOr(scope, task.keywords.diff, 'no')) return changes
  return changes.map(change => ({ ...change, diff: undefined }))
}

const messageOf = (outcome: Outcome): string | null => {
  if ('failure' in outcome) return outcome.failure.message
  return outcome.kind === 'maybe' || outcome.kind === 'skipped' ? outcome.reason : null
}

const plainResult = (outcome: Outcome): unknown => {
  try {
    return toPlain(outcome.result)
  } catch (error) {
    if (error instanceof Uncertain) return undefined
    throw error
  }
}
