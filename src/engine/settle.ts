import type { TaskReport } from '../core/event.ts'
import type { Include, RoleStart, Task } from '../language/play.ts'
import type { Frame } from './frame.ts'
import type { HostRun } from './hosts.ts'
import { flag, textOf } from './keywords.ts'
import type { Outcome } from './outcome.ts'
import type { PlayRun } from './playrun.ts'
import type { Item, TaskRun } from './task.ts'
import { toPlain } from './values.ts'
import { UserError } from '../core/error.ts'
import { Uncertain } from '../core/uncertain.ts'

type Reported = Task | Include | RoleStart

/** A task's run on a host, and what follows from it. */
interface Settlement {
  readonly task: Reported
  readonly host: HostRun
  readonly done: TaskRun
  readonly frame: Frame
  readonly sharers: readonly HostRun[]
}

/** Says that a task begins. */
export const announce = (play: PlayRun, task: Reported, frame: Frame): void => {
  const { at, role } = task
  const title = titleOf(play, task)
  play.run.services.sink.emit({
    kind: 'task started',
    task: title,
    role: role?.name,
    at,
    handler: frame.handler,
  })
}

/** The task's name with its templates evaluated as far as they can be. */
const titleOf = (play: PlayRun, task: Reported): string => {
  const { name } = task.keywords
  const fallback =
    task.kind === 'task'
      ? task.module
      : task.kind === 'include'
        ? `include_${task.what}`
        : `Arguments of role ${task.role.name}`
  if (name === undefined) return fallback
  const host = play.firstActive ?? play.hosts[0]
  if (!name.includes('{{') || host === undefined) return name
  try {
    return play
      .scope(host.name, task)
      .render(name, task.at.file, { trimBlocks: false, lstripBlocks: false })
  } catch (error) {
    if (error instanceof UserError || error instanceof Uncertain) return name
    throw error
  }
}

/** Reports, counts, registers, notifies, and takes a failed host out. */
export const settle = (play: PlayRun, it: Settlement): void => {
  const { task, host, done } = it
  const worst = worstOf(done.items.map(({ outcome }) => outcome))
  const ignored =
    worst.kind === 'failed' && flag(play.scope(host.name, task), task.keywords.ignoreErrors)
  const forgiven =
    worst.kind !== 'failed'
      ? undefined
      : ignored
        ? 'ignored'
        : it.frame.rescued
          ? 'rescued'
          : undefined
  for (const item of done.items) report(play, it, { item, forgiven })
  count(host, done, { worst, forgiven })
  adjustWindow(play, host, worst)
  const result = resultOf(done)
  for (const sharer of it.sharers) remember(play, task, { host: sharer, result })
  if (task.kind === 'task') notify(play, it, worst)
  if (worst.kind === 'unreachable') {
    if (!flag(play.scope(host.name, task), task.keywords.ignoreUnreachable))
      leave(it.sharers, 'unreachable')
  } else if (worst.kind === 'failed' && !ignored) {
    host.failure = new Map<string, unknown>([
      ['ansible_failed_task', new Map([['name', task.keywords.name ?? '']])],
      ['ansible_failed_result', result],
    ])
    leave(it.sharers, 'failed')
  }
}

const leave = (hosts: readonly HostRun[], out: 'failed' | 'unreachable'): void => {
  for (const host of hosts) host.out = out
}

const SEVERITY = ['skipped', 'ok', 'changed', 'maybe', 'failed', 'unreachable'] as const

/** What a loop comes to: its worst item; skipped when there was nothing to do. */
const worstOf = (outcomes: readonly Outcome[]): Outcome => {
  const nothing: Outcome = { kind: 'skipped', reason: 'the loop is empty', result: null }
  return outcomes.reduce(
    (worst, next) => (SEVERITY.indexOf(next.kind) > SEVERITY.indexOf(worst.kind) ? next : worst),
    outcomes[0] ?? nothing,
  )
}

const report = (
  play: PlayRun,
  { task, host, done, frame }: Settlement,
  { item, forgiven }: { item: Item; forgiven: TaskReport['forgiven'] },
): void => {
  const { outcome, label, ms } = item
  const scope = play.scope(host.name, task)
  const hidden = flag(scope, task.keywords.noLog)
  const withoutDiff = task.keywords.diff !== undefined && !flag(scope, task.keywords.diff)
  const failure =
    outcome.kind === 'failed' || outcome.kind === 'unreachable' ? outcome.failure : undefined
  const changes = 'changes' in outcome ? outcome.changes : []
  play.run.services.sink.emit({
    kind: 'task done',
    report: {
      play: play.play.name,
      task: titleOf(play, task),
      role: task.role?.name,
      at: task.at,
      host: host.name,
      status: outcome.kind,
      item: hidden && done.loops ? HIDDEN : label,
      changes: changes.map(change => ({
        ...change,
        ...(hidden ? { summary: HIDDEN } : {}),
        ...(hidden || withoutDiff ? { diff: undefined } : {}),
      })),
      message: hidden && failure !== undefined ? HIDDEN : messageOf(outcome),
      hint: hidden ? undefined : failure?.hint,
      code: failure?.code,
      forgiven: outcome.kind === 'failed' ? forgiven : undefined,
      handler: frame.handler,
      result: hidden ? undefined : plainResult(outcome),
      ms,
    },
  })
}

const HIDDEN = '(hidden by no_log)'

const messageOf = (outcome: Outcome): string | null => {
  if (outcome.kind === 'failed' || outcome.kind === 'unreachable') return outcome.failure.message
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

const count = (
  host: HostRun,
  done: TaskRun,
  { worst, forgiven }: { worst: Outcome; forgiven: TaskReport['forgiven'] },
): void => {
  const { counts } = host
  for (const { outcome } of done.items)
    if ('changes' in outcome && outcome.kind !== 'maybe')
      counts.unproved += outcome.changes.filter(({ unproved }) => unproved).length
  if (forgiven === 'rescued') counts.rescued++
  else if (forgiven === 'ignored') {
    counts.ignored++
    counts.ok++
  } else counts[worst.kind]++
  if (worst.kind === 'changed') counts.ok++
}

const FIRST_WINDOW_AFTER_A_CHANGE = 4

const adjustWindow = (play: PlayRun, host: HostRun, { kind }: Outcome): void => {
  const window = play.windows.get(host.name)
  if (kind === 'changed') play.windows.set(host.name, FIRST_WINDOW_AFTER_A_CHANGE)
  else if (window !== undefined && kind === 'ok') play.windows.set(host.name, window * 2)
}

/** The value that `register` keeps. */
const resultOf = ({ items, loops }: TaskRun): unknown => {
  const [first] = items
  if (!loops) return first?.outcome.result ?? null
  const kinds = items.map(({ outcome }) => outcome.kind)
  return new Map<string, unknown>([
    ['changed', kinds.includes('changed')],
    ['failed', kinds.includes('failed')],
    ['skipped', kinds.every(kind => kind === 'skipped')],
    ['msg', 'All items completed'],
    ['results', items.map(itemResult)],
  ])
}

const itemResult = ({ outcome, value }: Item): unknown => {
  if (!(outcome.result instanceof Map)) return outcome.result
  const result = outcome.result as Map<unknown, unknown>
  return result.constructor === Map
    ? new Map([...result, ['item', value]])
    : result.set('item', value)
}

const remember = (
  play: PlayRun,
  task: Reported,
  { host, result }: { host: HostRun; result: unknown },
): void => {
  const { variables } = play.run.services
  if (task.kind === 'task' && task.register !== undefined)
    variables.register(host.name, task.register, result)
  if (
    task.kind !== 'task' ||
    task.module === 'set_fact' ||
    !(result instanceof Map) ||
    result.constructor !== Map
  )
    return
  const facts: unknown = (result as Map<unknown, unknown>).get('ansible_facts')
  if (!(facts instanceof Map)) return
  const scope = play.scope(host.name, task)
  const delegate = flag(scope, task.keywords.delegateFacts)
    ? textOf(scope, task.keywords.delegateTo)
    : undefined
  variables.setFacts(delegate ?? host.name, facts as Map<string, unknown>)
}

const notify = (play: PlayRun, { task, host, frame }: Settlement, worst: Outcome): void => {
  if (task.kind !== 'task' || task.keywords.notify.length === 0) return
  if (worst.kind !== 'changed' && worst.kind !== 'maybe') return
  const locals = frame.locals.get(host.name) ?? new Map<string, unknown>()
  const scope = play.scope(host.name, task, { includeVars: frame.includeVars, locals })
  for (const { key } of play.handlers.named(task, scope))
    if (worst.kind === 'changed') host.due.set(key, { kind: 'certain' })
    else if (!host.due.has(key)) host.due.set(key, { kind: 'maybe', reason: worst.reason })
}
