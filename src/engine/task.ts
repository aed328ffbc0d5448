import type { Question } from '../host/state.ts'
import type { Task, VarsLayer } from '../language/play.ts'
import type { Scope } from '../language/scope.ts'
import { UserError } from '../core/error.ts'
import { Uncertain } from '../core/uncertain.ts'
import type { HostRun } from './hosts.ts'
import { attempt } from './attempt.ts'
import { numberOf } from './keywords.ts'
import { failed, type Outcome } from './outcome.ts'
import type { PlayRun } from './playrun.ts'
import { show } from './values.ts'

/** Where a task stands in the run: what its includes gave it and what comes after it. */
export interface Standing {
  readonly includeVars: readonly VarsLayer[]
  /** Variables of an include's loop, and of the failure that a rescue handles. */
  readonly locals: ReadonlyMap<string, unknown>
  readonly handler: boolean
  /** Why a handler only may be due: the maybe that notified it. */
  readonly maybe?: string | undefined
  readonly ahead: () => Promise<readonly Question[]>
}

/** One item of a task's loop, or the task itself where it does not loop. */
export interface Item {
  readonly outcome: Outcome
  /** Null without a loop. */
  readonly label: string | null
  readonly value: unknown
  readonly ms: number
}

/** How a task ended on a host, item by item. */
export interface TaskRun {
  readonly items: readonly Item[]
  readonly loops: boolean
}

/** Runs one task on one host: its loop, its retries; nothing is registered or reported yet. */
export const runTask = async (
  play: PlayRun,
  task: Task,
  at: { readonly host: HostRun; readonly standing: Standing },
): Promise<TaskRun> => {
  const { host, standing } = at
  const scopeWith = (locals: ReadonlyMap<string, unknown>): Scope =>
    play.scope(host.name, task, { ...standing, locals: new Map([...standing.locals, ...locals]) })
  const one = async (locals: ReadonlyMap<string, unknown>): Promise<Outcome> =>
    attempt({ play, task, host, standing, scopeWith, locals })

  const items = itemsOf(task, scopeWith(new Map()))
  if (items === undefined)
    return { loops: false, items: [await timed(() => one(new Map()), null, null)] }
  if (items instanceof Uncertain || items instanceof UserError)
    return {
      loops: false,
      items: [await timed(() => Promise.resolve(loopFailed(items)), null, null)],
    }
  const done: Item[] = []
  for (const [index, value] of items.entries()) {
    const locals = loopVariables(task, items, index)
    done.push(await timed(() => one(locals), labelOf(task, scopeWith(locals), value), value))
    if (done.at(-1)?.outcome.kind === 'unreachable') break
    const pause = numberOf(scopeWith(locals), task.loop?.pause, 0)
    if (pause > 0 && index < items.length - 1) await play.run.sleep(pause)
  }
  return { items: done, loops: true }
}

const timed = async (
  work: () => Promise<Outcome>,
  label: string | null,
  value: unknown,
): Promise<Item> => {
  const start = performance.now()
  const outcome = await work()
  return { outcome, label, value, ms: Math.round(performance.now() - start) }
}

const loopFailed = (error: Uncertain | UserError): Outcome =>
  error instanceof UserError
    ? failed(error)
    : { kind: 'maybe', reason: error.reason, changes: [], result: null }

/** The loop's items; undefined without a loop, and also when a false condition spares us its error. */
const itemsOf = (
  task: Task,
  scope: Scope,
): readonly unknown[] | UserError | Uncertain | undefined => {
  if (task.loop === undefined) return undefined
  try {
    const items = scope.value(task.loop.items)
    if (Array.isArray(items)) return items as readonly unknown[]
    return new UserError('E_LOOP', 'a loop needs a list', {
      at: task.loop.at,
      hint: 'a dictionary becomes one with `| dict2items`',
    })
  } catch (error) {
    if (!(error instanceof UserError) && !(error instanceof Uncertain)) throw error
    return isSkipped(task, scope) ? undefined : error
  }
}

const isSkipped = (task: Task, scope: Scope): boolean => {
  try {
    return !scope.holds(task.keywords.when)
  } catch (error) {
    if (error instanceof UserError || error instanceof Uncertain) return false
    throw error
  }
}

const loopVariables = (
  task: Task,
  items: readonly unknown[],
  index: number,
): Map<string, unknown> => {
  const { variable = 'item', indexVariable, extended } = task.loop ?? {}
  const locals = new Map<string, unknown>([
    [variable, items[index]],
    ['ansible_loop_var', variable],
  ])
  if (indexVariable !== undefined) locals.set(indexVariable, index)
  if (extended === true) locals.set('ansible_loop', extendedLoop(items, index))
  return locals
}

const extendedLoop = (items: readonly unknown[], index: number): Map<string, unknown> => {
  const loop = new Map<string, unknown>([
    ['index', index + 1],
    ['index0', index],
    ['revindex', items.length - index],
    ['revindex0', items.length - index - 1],
    ['first', index === 0],
    ['last', index === items.length - 1],
    ['length', items.length],
    ['allitems', items],
  ])
  if (index > 0) loop.set('previtem', items[index - 1])
  if (index < items.length - 1) loop.set('nextitem', items[index + 1])
  return loop
}

const labelOf = (task: Task, scope: Scope, value: unknown): string => {
  try {
    return show(task.loop?.label === undefined ? value : scope.value(task.loop.label))
  } catch (error) {
    if (error instanceof UserError || error instanceof Uncertain) return show(value)
    throw error
  }
}
