import { setImmediate as immediate } from 'node:timers/promises'
import { UserError } from '../core/error.ts'
import { Uncertain } from '../core/uncertain.ts'
import { HostLost } from '../core/wire.ts'
import type { Cost } from '../core/event.ts'
import type { Module } from '../core/module.ts'
import type { OverseenTurn } from '../core/overseer.ts'
import type { Scope } from '../language/scope.ts'
import type { Task } from '../language/play.ts'
import { actions, type Action } from './actions/index.ts'
import { openNow } from './asking.ts'
import { foreseeSkipped } from './checkmode.ts'
import { forget, hearDue } from './due.ts'
import { TaskController } from './controller.ts'
import { measured } from './cost.ts'
import type { HostRun } from './hosts.ts'
import {
  accountOf,
  argumentsOf,
  environmentOf,
  flag,
  flagOr,
  numberOf,
  textOf,
} from './keywords.ts'
import { failed, skipped, type Outcome } from './outcome.ts'
import { outputUnknown, perform, prepare, TurnFailed, type Performed } from './perform.ts'
import { maybe } from './maybe.ts'
import type { PlayRun } from './playrun.ts'
import { referenceTo } from './reporting.ts'
import type { ItemsToCome, Standing } from './task.ts'
import { fetchedOnce } from './together/once.ts'
import type { Turn } from './turn.ts'
import { PartlyKnown, toValue } from './values.ts'
import { judge, madeByError, type Made } from './verdict.ts'

/** One item's try at a task. */
export interface Attempt {
  readonly play: PlayRun
  readonly task: Task
  readonly host: HostRun
  readonly standing: Standing
  readonly locals: ReadonlyMap<string, unknown>
  /** The item's place in its loop. */
  readonly index: number | undefined
  readonly toCome: () => ItemsToCome
  /** Told what each try has cost. */
  readonly spent: (cost: Cost) => void
  readonly overseen: OverseenTurn | undefined
  scopeWith(
    locals: ReadonlyMap<string, unknown>,
    onRead?: (name: string, host: string) => void,
  ): Scope
}

/** Condition, action, verdict; again while `until` does not hold. Our own bugs alone are thrown. */
export const attempt = (it: Attempt): Promise<Outcome> => {
  const { pace } = it.standing
  return pace
    .inTurn(() => attemptNow(it))
    .finally(() => {
      pace.decided(false)
    })
}

/** Throws NotYet before anything is done. */
const attemptNow = async (it: Attempt): Promise<Outcome> => {
  try {
    const isFalse = it.scopeWith(it.locals).firstFalse(it.task.keywords.when)
    if (isFalse !== undefined) {
      await foreseeSkipped(it)
      return skipped(`condition is false: ${isFalse}`)
    }
    return await tried(it)
  } catch (error) {
    if (error instanceof Uncertain) return maybe(it, error.reason)
    // What is perhaps not reached may lack what it would be reached with.
    if (error instanceof UserError && mayBeSpared(it)) return maybe(it, it.standing.maybe)
    if (error instanceof UserError || error instanceof HostLost) return failed(error)
    throw error
  }
}

/** Whether a dry run cannot know that the task's turn comes at all. */
const mayBeSpared = (it: Attempt): it is Attempt & { standing: { readonly maybe: string } } =>
  it.standing.maybe !== undefined && it.play.run.options.dryRun

const tried = async (it: Attempt): Promise<Outcome> => {
  const { play, task } = it
  const tries = triesOf(it)
  for (let count = 1; ; count++) {
    const outcome = await once(it)
    if (tries > 1 && outcome.result instanceof Map) outcome.result.set('attempts', count)
    if (isSettled(it, outcome)) return outcome
    if (waitsForModelled(it, outcome))
      throw new Uncertain('"until" does not hold yet, perhaps for want of earlier changes')
    if (count >= tries || play.run.interrupted) return outOfTries(outcome, count)
    await play.run.sleep(numberOf(it.scopeWith(it.locals), task.delay, 5))
    // Waiting is for the world to change: nothing read before it counts.
    for (const state of play.run.fleet.states) state.forgetAll()
  }
}

/** Waiting would be for changes that a dry run has only modelled; a failure is one all the same. */
const waitsForModelled = ({ task, play }: Attempt, { kind }: Outcome): boolean =>
  task.until !== undefined &&
  kind !== 'failed' &&
  play.run.options.dryRun &&
  play.run.fleet.states.some(state => state.isModelled)

const DEFAULT_RETRIES = 3

const triesOf = (it: Attempt): number => {
  const { until, retries } = it.task
  if (until === undefined && retries === undefined) return 1
  return 1 + Math.max(0, numberOf(it.scopeWith(it.locals), retries, DEFAULT_RETRIES))
}

/** Without `until`, retries are for failures. */
const isSettled = (it: Attempt, outcome: Outcome): boolean => {
  if (outcome.kind === 'unreachable' || outcome.kind === 'maybe') return true
  if (it.task.until === undefined) return outcome.kind !== 'failed'
  return it.scopeWith(withResult(it, outcome.result)).holds(it.task.until)
}

/** Out of tries with `until` still false is a failure. */
const outOfTries = (outcome: Outcome, tries: number): Outcome => {
  if (outcome.kind === 'failed') return outcome
  const error = new UserError('E_UNTIL', `"until" does not hold after ${tries} tries`)
  if (outcome.result instanceof Map) outcome.result.set('failed', true)
  const changes = 'changes' in outcome ? outcome.changes : []
  return { ...failed(error, changes), result: outcome.result }
}

const withResult = ({ task, locals }: Attempt, result: unknown): ReadonlyMap<string, unknown> =>
  task.register === undefined ? locals : new Map([...locals, [task.register, result]])

const once = async (it: Attempt): Promise<Outcome> => {
  const { task, play } = it
  if (mayBeSpared(it)) throw new Uncertain(it.standing.maybe)
  const action = actions.get(task.module)
  if (action !== undefined) return act(it, action)
  const module = play.run.services.modules.get(task.module)
  if (module === undefined)
    throw new UserError('E_UNKNOWN_MODULE', `unknown module "${task.module}"`, {
      at: task.moduleAt,
    })
  const turn = turnOf(it)
  return turn.state.exclusively(() =>
    measured(turn.state.machine, it.spent, () => moduleOutcome(it, turn, module)),
  )
}

const act = async (it: Attempt, action: Action): Promise<Outcome> => {
  const scope = it.scopeWith(it.locals)
  const { play, task, host, standing } = it
  // A name that no handler has fails the task before it acts.
  play.handlers.named(task, scope)
  const args = argumentsOf(task, scope, action.freeForm)
  const outcome = await action.run({ play, task, host, scope, args, standing })
  if (outcome.kind === 'skipped' || outcome.kind === 'maybe' || !(outcome.result instanceof Map))
    return outcome
  const made: Made = {
    changed: outcome.kind === 'changed',
    changes: 'changes' in outcome ? outcome.changes : [],
    value: outcome.result,
    failure: 'failure' in outcome ? outcome.failure : undefined,
  }
  return judge(task, made, it.scopeWith(withResult(it, made.value)))
}

/** The turn that this attempt takes: on whose machine, as whom, dry or not. */
export const turnOf = (it: Attempt): Turn => {
  const { play, task, host, standing } = it
  const scope = it.scopeWith(it.locals)
  const delegate = textOf(scope, task.keywords.delegateTo)
  const on = delegate ?? host.name
  const { options, fleet } = play.run
  const checkMode = task.keywords.checkMode
  return {
    play,
    task,
    host,
    scope,
    on,
    state: fleet.of(
      on,
      delegate === undefined ? scope : play.scopeOfHost(on),
      delegate === undefined ? textOf(scope, task.keywords.remoteUser) : undefined,
    ),
    as: accountOf(task.keywords, scope, options),
    dry: checkMode === undefined ? options.dryRun : flag(scope, checkMode),
    onlyReads: checkMode !== undefined && !flag(scope, checkMode) && neverChanges(task),
    controller: new TaskController(play, task, { scope, inputs: play.run.services.inputs }),
    overseen: it.overseen,
    notifies: play.handlers.named(task, scope).map(handler => handler.key),
    index: it.index,
    waitForOthers: () => standing.pace.waitForOthers(),
    ahead: () => standing.ahead(it.toCome()),
    coming: fetchedOnce(() => standing.coming(it.toCome())),
  }
}

const neverChanges = ({ changedWhen }: Task): boolean =>
  changedWhen?.some(({ source }) => source.toLowerCase() === 'false') === true

const moduleOutcome = async (it: Attempt, turn: Turn, module: Module): Promise<Outcome> => {
  const { scope, play } = turn
  const args = argumentsOf(it.task, scope, module.freeForm)
  const environment = environmentOf(it.task.keywords, scope)
  const ask = () => prepare({ ...turn, environment }, module, args)
  const made = await madeOf(it, turn, async () => {
    const asking = ask()
    // What takes long to prepare, such as the hash of a large file, need not keep us from logging in.
    if (await takesLonger(asking)) await turn.state.machine.anticipate?.(turn.as)
    const asked = await asking
    it.standing.pace.decided(true)
    for (const text of secretsOf(module, asked.want)) play.run.services.onSecret(text)
    // What comes after it is worked out while the host lets us in.
    if (openNow(asked).length > 0) await turn.state.machine.anticipate?.(turn.as)
    await hearDue(turn, async () => [...openNow(asked), ...(await turn.ahead())])
    return perform(turn, asked, ask)
  })
  const outcome = judge(it.task, made, it.scopeWith(withResult(it, made.value)))
  if (outcome.kind === 'failed' && play.run.options.dryRun && !turn.dry && turn.state.isModelled)
    throw new Uncertain(`failed, perhaps for want of earlier changes: ${outcome.failure.message}`)
  // What was noted in advance does not count when `changed_when` says that nothing changed.
  if (outcome.kind === 'ok')
    for (const key of turn.notifies) if (!it.host.due.has(key)) await forget(it.play, it.host, key)
  return outcome
}

/** Whether it is not over by the time that events are looked at again. */
const takesLonger = (work: Promise<unknown>): Promise<boolean> =>
  Promise.race([work.then(() => false), immediate().then(() => true)])

/** What came of the turn; an error of the module's own is a failure that `failed_when` may judge. */
const madeOf = async (it: Attempt, turn: Turn, work: () => Promise<Performed>): Promise<Made> => {
  try {
    const { result, ...made } = await work()
    const value =
      result === undefined
        ? new PartlyKnown(failureOfCommand(it), outputUnknown(turn))
        : (toValue(result, ofResult(turn)) as Map<unknown, unknown>)
    return { ...made, value, failure: undefined }
  } catch (error) {
    if (error instanceof TurnFailed && error.cause instanceof UserError)
      return madeByError(error.cause, error.changes)
    if (error instanceof UserError) return madeByError(error, [])
    throw error instanceof TurnFailed ? error.cause : error
  }
}

/** Why a field of a result cannot be known, for whoever reads it later. */
const ofResult =
  ({ task, scope }: Turn) =>
  (reason: string): string =>
    reason.startsWith('depends on ')
      ? reason
      : `depends on the result of ${referenceTo(scope, task)}: ${reason}`

/** A command that fails ends the host's run, so that what comes after it has seen it succeed. */
const failureOfCommand = (it: Attempt): readonly (readonly [string, unknown])[] =>
  flagOr(it.scopeWith(it.locals), it.task.keywords.ignoreErrors, 'no') ? [] : [['failed', false]]

const secretsOf = (module: Module, want: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(module.params).flatMap(([name, param]) => {
    const value = want[name]
    return param.secret && typeof value === 'object' && value !== null && 'reveal' in value
      ? [(value as { reveal(): string }).reveal()]
      : []
  })
