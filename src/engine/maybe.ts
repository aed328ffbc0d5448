import { UserError } from '../core/error.ts'
import { ANYTHING, type Possible, type Working } from '../core/overseer.ts'
import { Uncertain } from '../core/uncertain.ts'
import { HostLost } from '../core/wire.ts'
import type { Condition } from '../language/play.ts'
import type { Scope } from '../language/scope.ts'
import { actions } from './actions/index.ts'
import { actualOf, type Asked } from './asking.ts'
import { turnOf, type Attempt } from './attempt.ts'
import { argumentsOf, environmentOf } from './keywords.ts'
import { failed, type Outcome } from './outcome.ts'
import { prepare, reportOf, workingOf } from './perform.ts'
import type { Turn } from './turn.ts'
import { unknowable } from './values.ts'

/**
 * A task of a dry run that nobody can be certain of: what its largest possible change would
 * touch becomes uncertain. Where the plan is known to be empty either way, it is certain after all.
 */
export const maybe = async (it: Attempt, reason: string): Promise<Outcome> => {
  if (!it.play.run.options.dryRun) return failed(notRun(reason))
  const result = unknowable(reason)
  if (actions.has(it.task.module)) {
    it.overseen?.unsure(NOTHING, undefined)
    if (it.task.module === 'set_fact') forgetFacts(it, reason)
    return { kind: 'maybe', reason, changes: [], result }
  }
  const turn = turnKnown(it)
  const possible = turn === undefined ? ANYTHING : await possibleWork(it, turn)
  if (possible instanceof HostLost) return failed(possible)
  it.overseen?.unsure(possible, workingKnown(turn))
  if (possible.changes?.length === 0) return { kind: 'ok', result }
  for (const state of turn === undefined ? it.play.run.fleet.states : [turn.state])
    for (const scope of possible.scopes) state.layUncertain(scope, reason)
  return { kind: 'maybe', reason, result, changes: (possible.changes ?? []).map(reportOf) }
}

/**
 * Tells the overseer what a task would do that a dry run skips because it is one (`when: not
 * ansible_check_mode`): the real run will not skip it.
 */
export const foreseeSkipped = async (it: Attempt): Promise<void> => {
  const { overseen, task } = it
  if (overseen === undefined || !it.play.run.options.dryRun || actions.has(task.module)) return
  const scopeWith = (onRead: (name: string) => void): Scope => it.scopeWith(it.locals, onRead)
  if (!asksForCheckMode(task.keywords.when, scopeWith)) return
  const turn = turnKnown(it)
  const possible = turn === undefined ? ANYTHING : await possibleWork(it, turn)
  overseen.unsure(possible instanceof HostLost ? ANYTHING : possible, workingKnown(turn))
}

/** Whether conditions read, also through other variables, that this is a dry run. */
export const asksForCheckMode = (
  conditions: readonly Condition[],
  scopeWith: (onRead: (name: string) => void) => Scope,
): boolean => {
  let asks = false
  const scope = scopeWith(name => {
    asks ||= name === 'ansible_check_mode'
  })
  scope.firstFalse(conditions)
  return asks
}

const workingKnown = (turn: Turn | undefined): Working | undefined =>
  turn === undefined ? undefined : workingOf(turn)

const NOTHING: Possible = { changes: [], scopes: [] }

/** In a real run only a task of `check_mode: true` leaves something unknown. */
const notRun = (reason: string): UserError =>
  new UserError('E_NOT_RUN', reason, { hint: 'a task with check_mode: true is only planned' })

const forgetFacts = ({ play, task, standing }: Attempt, reason: string): void => {
  for (const host of standing.sharers)
    for (const name of task.args.keys())
      play.run.services.variables.setFact(host.name, name, unknowable(reason))
}

/** The task's turn; undefined when not even its machine or its account can be known. */
const turnKnown = (it: Attempt): Turn | undefined => {
  try {
    return turnOf(it)
  } catch (error) {
    if (error instanceof Uncertain || error instanceof UserError) return undefined
    throw error
  }
}

const possibleWork = async (it: Attempt, turn: Turn): Promise<Possible | HostLost> => {
  const module = it.play.run.services.modules.get(it.task.module)
  if (module === undefined) return ANYTHING
  try {
    const args = argumentsOf(it.task, turn.scope, module.freeForm)
    const environment = environmentOf(it.task.keywords, turn.scope)
    return await turn.state.exclusively(async () =>
      planned(turn, await prepare({ ...turn, environment }, module, args)),
    )
  } catch (error) {
    return lostOr(error, ANYTHING)
  }
}

const planned = async (turn: Turn, asked: Asked): Promise<Possible | HostLost> => {
  try {
    const changes = asked.module.plan(asked.want, await actualOf(asked, turn.ahead))
    return { changes, scopes: changes.map(({ scope }) => scope) }
  } catch (error) {
    const reach = asked.module.reach?.(asked.want) ?? 'everything'
    return lostOr(error, { changes: undefined, scopes: [reach] })
  }
}

const lostOr = (error: unknown, unknown: Possible): Possible | HostLost => {
  if (error instanceof HostLost) return error
  if (error instanceof Uncertain || error instanceof UserError) return unknown
  throw error
}
