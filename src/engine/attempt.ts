import { UserError } from '../core/error.ts'
import { Uncertain } from '../core/uncertain.ts'
import { HostLost } from '../core/wire.ts'
import type { Module } from '../core/module.ts'
import type { Scope } from '../language/scope.ts'
import type { Task } from '../language/play.ts'
import { actions, type Action } from './actions/index.ts'
import { forget } from './due.ts'
import { TaskController } from './controller.ts'
import type { HostRun } from './hosts.ts'
import { accountOf, argumentsOf, environmentOf, flag, numberOf, textOf } from './keywords.ts'
import { failed, type Outcome } from './outcome.ts'
import { outputUnknown, perform, prepare, TurnFailed, type Performed } from './perform.ts'
import { maybe } from './maybe.ts'
import type { PlayRun } from './playrun.ts'
import type { Standing } from './task.ts'
import type { Turn } from './turn.ts'
import { PartlyKnown, toPlain, toValue } from './values.ts'

/** One item's try at a task. */
export interface Attempt {
  readonly play: PlayRun
  readonly task: Task
  readonly host: HostRun
  readonly standing: Standing
  readonly locals: ReadonlyMap<string, unknown>
  scopeWith(locals: ReadonlyMap<string, unknown>): Scope
}

/** Condition, action, verdict; again while `until` does not hold. Our own bugs alone are thrown. */
export const attempt = async (it: Attempt): Promise<Outcome> => {
  const { task, play } = it
  try {
    const skipped = it.scopeWith(it.locals).firstFalse(task.keywords.when)
    if (skipped !== undefined) return skip(`condition is false: ${skipped}`)
    const tries =
      task.until === undefined ? 1 : 1 + numberOf(it.scopeWith(it.locals), task.retries, 3)
    for (let left = tries - 1; ; left--) {
      const outcome = await once(it)
      if (left <= 0 || settled(it, outcome))
        return task.until === undefined ? outcome : verdictOfUntil(it, outcome)
      await play.run.sleep(numberOf(it.scopeWith(it.locals), task.delay, 5))
      // Waiting is for the world to change: nothing read before it counts.
      for (const state of play.run.fleet.states) state.forgetAll()
    }
  } catch (error) {
    return fromError(it, error)
  }
}

const fromError = async (it: Attempt, error: unknown): Promise<Outcome> => {
  if (error instanceof Uncertain) return maybe(it, error.reason)
  if (error instanceof TurnFailed) return failed(error.cause, error.changes)
  if (error instanceof UserError || error instanceof HostLost) return failed(error)
  throw error
}

const skip = (reason: string): Outcome => ({
  kind: 'skipped',
  reason,
  result: new Map<string, unknown>([
    ['changed', false],
    ['skipped', true],
    ['skip_reason', 'Conditional result was False'],
  ]),
})

const settled = (it: Attempt, outcome: Outcome): boolean => {
  if (it.task.until === undefined || outcome.kind === 'unreachable' || outcome.kind === 'maybe')
    return true
  return it.scopeWith(withResult(it, outcome.result)).holds(it.task.until)
}

/** Out of tries with `until` still false is a failure. */
const verdictOfUntil = (it: Attempt, outcome: Outcome): Outcome => {
  if (settled(it, outcome) || outcome.kind === 'failed') return outcome
  const message = `"until" does not hold after ${numberOf(it.scopeWith(it.locals), it.task.retries, 3)} retries`
  return { ...failed(new UserError('E_UNTIL', message)), result: outcome.result }
}

const withResult = ({ task, locals }: Attempt, result: unknown): ReadonlyMap<string, unknown> =>
  task.register === undefined ? locals : new Map([...locals, [task.register, result]])

const once = async (it: Attempt): Promise<Outcome> => {
  const { task, play } = it
  const action = actions.get(task.module)
  if (action !== undefined) return act(it, action)
  const module = play.run.services.modules.get(task.module)
  if (module === undefined)
    throw new UserError('E_UNKNOWN_MODULE', `unknown module "${task.module}"`, {
      at: task.moduleAt,
    })
  const turn = turnOf(it)
  return turn.state.exclusively(async () => moduleOutcome(it, turn, module))
}

const act = async (it: Attempt, action: Action): Promise<Outcome> => {
  const scope = it.scopeWith(it.locals)
  const { play, task, host } = it
  const args = argumentsOf(task, scope, action.freeForm)
  return action.run({ play, task, host, scope, args, locals: it.locals, standing: it.standing })
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
    state: fleet.of(on, delegate === undefined ? scope : play.scopeOfHost(on)),
    as: accountOf(task.keywords, scope, options),
    dry: checkMode === undefined ? options.dryRun : flag(scope, checkMode),
    controller: new TaskController(play, task, scope),
    notifies: standing.handler ? [] : play.handlers.named(task, scope).map(handler => handler.key),
    ahead: standing.ahead,
  }
}

const moduleOutcome = async (it: Attempt, turn: Turn, module: Module): Promise<Outcome> => {
  if (it.standing.maybe !== undefined && turn.dry) throw new Uncertain(it.standing.maybe)
  const { scope } = turn
  const args = argumentsOf(it.task, scope, module.freeForm)
  const environment = environmentOf(it.task.keywords, scope)
  const ask = () => prepare({ ...turn, environment }, module, args)
  const asked = await ask()
  for (const text of secretsOf(module, asked.want)) turn.play.run.services.onSecret(text)
  const outcome = judge(it, turn, await perform(turn, asked, ask))
  // What was noted in advance does not count when `changed_when` says that nothing changed.
  if (outcome.kind === 'ok')
    for (const key of turn.notifies) if (!it.host.due.has(key)) await forget(it.play, it.host, key)
  return outcome
}

const secretsOf = (module: Module, want: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(module.params).flatMap(([name, param]) => {
    const value = want[name]
    return param.secret && typeof value === 'object' && value !== null && 'reveal' in value
      ? [(value as { reveal(): string }).reveal()]
      : []
  })

/** What `changed_when` and `failed_when` make of a module's result. */
const judge = (it: Attempt, turn: Turn, { changed, changes, result }: Performed): Outcome => {
  const { task } = it
  const known: [string, unknown][] = [
    ['changed', changed],
    ['failed', result?.['failed'] === true],
  ]
  const value =
    result === undefined
      ? new PartlyKnown(known, outputUnknown(turn))
      : new Map([...(toValue(result) as Map<unknown, unknown>), ...known])
  const scope = it.scopeWith(withResult(it, value))
  const isFailed =
    task.failedWhen === undefined ? value.get('failed') === true : scope.holds(task.failedWhen)
  const isChanged = task.changedWhen === undefined ? changed : scope.holds(task.changedWhen)
  value.set('changed', isChanged)
  value.set('failed', isFailed)
  if (isFailed) return failedWith(it, value, changes)
  if (isChanged) return { kind: 'changed', result: value, changes }
  return { kind: 'ok', result: value }
}

const failedWith = (
  it: Attempt,
  value: Map<unknown, unknown>,
  changes: Performed['changes'],
): Outcome => {
  const said = toPlain(value.get('msg'))
  const byCondition = it.task.failedWhen?.map(condition => condition.source).join(', ')
  const fallback = byCondition === undefined ? 'failed' : `failed_when: ${byCondition}`
  const message = typeof said === 'string' && said !== '' ? said : fallback
  return {
    kind: 'failed',
    result: value,
    changes,
    failure: { message, code: 'E_TASK_FAILED', hint: undefined },
  }
}
