import type { TaskReport } from '../core/event.ts'
import { noteDoubt } from './doubts.ts'
import type { Frame } from './frame.ts'
import type { HostRun } from './hosts.ts'
import { flagOr } from './keywords.ts'
import { isRefused, type Outcome } from './outcome.ts'
import type { PlayRun } from './playrun.ts'
import { report, scopeIn, type Reported } from './reporting.ts'
import { rememberFacts, resultOf } from './results.ts'
import type { Item, TaskRun } from './task.ts'

/** A task's run on a host, and what follows from it. */
export interface Settlement {
  readonly task: Reported
  readonly host: HostRun
  readonly done: TaskRun
  readonly frame: Frame
  /** Hosts that get the result: all of them for `run_once`. */
  readonly sharers: readonly HostRun[]
}

/** Reports, counts, registers, notifies, and takes a failed host out. */
export const settle = (play: PlayRun, it: Settlement): void => {
  const { task, host, done } = it
  const worst = worstOf(done.items)
  const forgiven = forgivenessOf(play, it, worst)
  for (const item of done.items) report(play, { ...it, loops: done.loops, forgiven }, item)
  count(host, done, { worst, forgiven })
  for (const item of done.items) rememberFacts(play, it, item)
  const result = resultOf(done, ('loop' in task ? task.loop?.variable : undefined) ?? 'item')
  if (task.kind === 'task' && task.register !== undefined)
    for (const sharer of it.sharers)
      play.run.services.variables.register(sharer.name, task.register, result)
  notify(play, it, worst)
  if (done.items.some(stops)) {
    leave(play, it.sharers, 'stopped')
    return
  }
  if (play.run.options.dryRun && forgiven === undefined) noteDoubt(play, it)
  if (forgiven === 'ignored') return
  if (worst.kind === 'unreachable') leave(play, it.sharers, 'unreachable')
  if (worst.kind !== 'failed') return
  for (const sharer of it.sharers) sharer.failure = failureSeen(task, result)
  leave(play, it.sharers, 'failed')
}

const stops = ({ outcome }: Item): boolean => isRefused(outcome)

/** What makes the failure good: keywords of the task, or a rescue around it. */
const forgivenessOf = (play: PlayRun, it: Settlement, worst: Outcome): TaskReport['forgiven'] => {
  const { keywords } = it.task
  if (it.done.items.some(stops)) return undefined
  if (worst.kind === 'unreachable')
    return flagOr(scopeIn(play, it), keywords.ignoreUnreachable, 'no') ? 'ignored' : undefined
  if (worst.kind !== 'failed') return undefined
  const broken = it.done.items.filter(({ outcome }) => outcome.kind === 'failed')
  if (broken.every(item => flagOr(scopeIn(play, it, item), keywords.ignoreErrors, 'no')))
    return 'ignored'
  return it.frame.rescued ? 'rescued' : undefined
}

/** What a rescue knows of the failure. */
const failureSeen = (task: Reported, result: unknown): ReadonlyMap<string, unknown> =>
  new Map<string, unknown>([
    [
      'ansible_failed_task',
      new Map([
        ['name', task.keywords.name ?? ''],
        ['action', task.kind === 'task' ? task.module : task.kind],
      ]),
    ],
    ['ansible_failed_result', result],
  ])

const leave = (
  play: PlayRun,
  hosts: readonly HostRun[],
  out: 'failed' | 'unreachable' | 'stopped',
): void => {
  for (const host of hosts) {
    host.out = out
    play.tellUntold(host)
  }
}

const SEVERITY = ['skipped', 'ok', 'changed', 'maybe', 'failed', 'unreachable'] as const

/** What a loop comes to: its worst item; skipped when there was nothing to do. */
const worstOf = (items: readonly Item[]): Outcome => {
  const nothing: Outcome = { kind: 'skipped', reason: 'the loop is empty', result: null }
  const outcomes = items.map(({ outcome }) => outcome)
  return outcomes.reduce(
    (worst, next) => (SEVERITY.indexOf(next.kind) > SEVERITY.indexOf(worst.kind) ? next : worst),
    outcomes[0] ?? nothing,
  )
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

const notify = (play: PlayRun, it: Settlement, worst: Outcome): void => {
  const { task, host } = it
  if (task.kind !== 'task' || task.keywords.notify.length === 0) return
  if (worst.kind !== 'changed' && worst.kind !== 'maybe') return
  const isCertain = it.done.items.some(({ outcome }) => outcome.kind === 'changed')
  for (const { key } of play.handlers.named(task, scopeIn(play, it)))
    if (isCertain) host.due.set(key, { kind: 'certain' })
    else if (worst.kind === 'maybe' && !host.due.has(key))
      host.due.set(key, { kind: 'maybe', reason: worst.reason })
}
