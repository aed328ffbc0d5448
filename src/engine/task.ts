import type { Question } from '../host/state.ts'
import type { Include, Loop, Task, VarsLayer } from '../language/play.ts'
import type { Scope } from '../language/scope.ts'
import { UserError } from '../core/error.ts'
import { NO_COST, type Cost } from '../core/event.ts'
import type { OverseenTurn } from '../core/overseer.ts'
import { Uncertain } from '../core/uncertain.ts'
import { addCosts } from './cost.ts'
import type { HostRun } from './hosts.ts'
import { attempt, type Attempt } from './attempt.ts'
import { numberOf } from './keywords.ts'
import { maybe } from './maybe.ts'
import { failed, isRefused, type Outcome } from './outcome.ts'
import { overseen } from './oversee.ts'
import type { Pace } from './order/pace.ts'
import type { PlayRun } from './playrun.ts'
import type { ComingTurn } from './together/coming.ts'
import { show } from './values.ts'

/** Where a task stands in the run: what its includes gave it and what comes after it. */
export interface Standing {
  readonly includeVars: readonly VarsLayer[]
  /** Variables of an include's loop, and of the failure that a rescue handles. */
  readonly locals: ReadonlyMap<string, unknown>
  readonly handler: boolean
  /** Hosts that get the result: all of them for `run_once`. */
  readonly sharers: readonly HostRun[]
  /**
   * Why a dry run cannot know that the task's turn comes: a handler only may be due, say. In a real
   * run, that the plan which it keeps to could not know of the task.
   */
  readonly maybe?: string | undefined
  /** The questions of what comes after: `items` of its own loop, then the tasks ahead. */
  readonly ahead: (items: ItemsToCome) => Promise<readonly Question[]>
  /** How the host keeps to the order of tasks. */
  readonly pace: Pace
  /** The turns that this host takes next, as far as that is certain. */
  readonly coming: (items: ItemsToCome) => AsyncIterable<ComingTurn>
}

/** The items of a loop that come after one. */
export interface ItemsToCome {
  readonly items: readonly { readonly index: number; readonly locals: Locals }[]
  /** Whether an item before them has failed, so that the loop is the last thing that the host does. */
  readonly afterFailure: boolean
}

type Locals = ReadonlyMap<string, unknown>

/** One item of a task's loop, or the task itself where it does not loop. */
export interface Item {
  readonly outcome: Outcome
  /** Null without a loop. */
  readonly label: string | null
  readonly value: unknown
  /** The loop's variables as this item had them. */
  readonly locals: ReadonlyMap<string, unknown>
  readonly ms: number
  readonly cost?: Cost
  readonly overseen?: OverseenTurn | undefined
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
  const { pace } = standing
  const scopeWith: Attempt['scopeWith'] = (locals, onRead) =>
    play.scope(host.name, task, {
      includeVars: standing.includeVars,
      locals: new Map([...standing.locals, ...locals]),
      onRead(name, of) {
        pace.onRead?.(name, of)
        onRead?.(name, of)
      },
    })
  const turn = (of: Of, work: (it: Attempt) => Promise<Outcome>): Promise<Item> => {
    const { handler, maybe: doubt } = standing
    const scopeOf = (): Scope => scopeWith(of.locals)
    const begun = { node: task, host, handler, maybe: doubt, item: of.index, scopeWith: scopeOf }
    return timed(of, spent =>
      overseen(play, begun, seen =>
        work({ play, task, host, standing, scopeWith, ...of, spent, overseen: seen }),
      ),
    )
  }
  const alone = async (work: (it: Attempt) => Promise<Outcome>): Promise<TaskRun> => {
    const item = await turn({ label: null, value: null, locals: new Map(), ...NO_LOOP }, work)
    adjustWindow(host, item.outcome)
    return { loops: false, items: [item] }
  }

  const items = await pace.inTurn(() => itemsOf(task, scopeWith(new Map())))
  if (items === undefined) return alone(attempt)
  if (items instanceof UserError) return alone(() => Promise.resolve(failed(items)))
  if (items instanceof Uncertain) return alone(it => pace.inTurn(() => maybe(it, items.reason)))
  const pause = pauseOf(task, scopeWith(new Map()))
  if (pause instanceof UserError) return alone(() => Promise.resolve(failed(pause)))
  const done: Item[] = []
  for (const [index, value] of items.entries()) {
    const locals = loopVariables(task.loop, items, index)
    const label = await pace.inTurn(() => labelOf(task.loop, scopeWith(locals), value))
    const toCome = (): ItemsToCome => ({
      items: pause > 0 ? [] : itemsFrom(task.loop, items, index + 1),
      afterFailure: pause > 0 || done.some(({ outcome }) => outcome.kind === 'failed'),
    })
    const item = await turn({ label, value, locals, index, toCome }, attempt)
    adjustWindow(host, item.outcome)
    done.push(item)
    if (endsLoop(done.at(-1)) || play.run.interrupted) break
    if (pause > 0 && index < items.length - 1) await play.run.sleep(pause)
  }
  return { items: done, loops: true }
}

/** A host that is lost, or that is to do nothing more, has no turn with the items that are left. */
const endsLoop = (item: Item | undefined): boolean =>
  item !== undefined && (item.outcome.kind === 'unreachable' || isRefused(item.outcome))

const pauseOf = (task: Task, scope: Scope): number | UserError => {
  try {
    return numberOf(scope, task.loop?.pause, 0)
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
}

const FIRST_WINDOW_AFTER_A_CHANGE = 4

const adjustWindow = (host: HostRun, { kind }: Outcome): void => {
  if (kind === 'changed') host.window = FIRST_WINDOW_AFTER_A_CHANGE
  else if (kind === 'ok') host.window *= 2
}

interface Of extends Pick<Item, 'label' | 'value' | 'locals'> {
  readonly index: number | undefined
  readonly toCome: () => ItemsToCome
}

const NO_LOOP = {
  index: undefined,
  toCome: (): ItemsToCome => ({ items: [], afterFailure: false }),
}

const timed = async (
  { label, value, locals }: Of,
  work: (spent: Attempt['spent']) => Promise<Pick<Item, 'outcome' | 'overseen'>>,
): Promise<Item> => {
  const start = performance.now()
  let cost = NO_COST
  const done = await work(more => (cost = addCosts(cost, more)))
  return { label, value, locals, ...done, cost, ms: Math.round(performance.now() - start) }
}

/** The loop's items; undefined without a loop, and also when a false condition spares us its error. */
export const itemsOf = (
  task: Task | Include,
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

const isSkipped = (task: Task | Include, scope: Scope): boolean => {
  try {
    return !scope.holds(task.keywords.when)
  } catch (error) {
    if (error instanceof UserError || error instanceof Uncertain) return false
    throw error
  }
}

const itemsFrom = (
  loop: Loop | undefined,
  items: readonly unknown[],
  first: number,
): ItemsToCome['items'] =>
  items.slice(first).map((_, i) => ({
    index: first + i,
    locals: loopVariables(loop, items, first + i),
  }))

/** What a task sees of its loop at one of its items. */
export const loopVariables = (
  loop: Loop | undefined,
  items: readonly unknown[],
  index: number,
): Map<string, unknown> => {
  const { variable = 'item', indexVariable, extended } = loop ?? {}
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

/** What a report calls an item. */
export const labelOf = (loop: Loop | undefined, scope: Scope, value: unknown): string => {
  try {
    return show(loop?.label === undefined ? value : scope.value(loop.label))
  } catch (error) {
    if (error instanceof UserError || error instanceof Uncertain) return show(value)
    throw error
  }
}
