import { UserError } from '../core/error.ts'
import type { Module } from '../core/module.ts'
import { NOTHING, type Possible, type Working } from '../core/overseer.ts'
import { Uncertain } from '../core/uncertain.ts'
import { HostLost } from '../core/wire.ts'
import { actions } from './actions/index.ts'
import { forgetIncluded } from './actions/vars.ts'
import { actualOf, type Asked } from './asking.ts'
import { turnOf, type Attempt } from './attempt.ts'
import { argumentsOf, environmentOf } from './keywords.ts'
import { failed, type Outcome } from './outcome.ts'
import { prepare, reachOf, reportOf, workingOf } from './perform.ts'
import { referenceTo } from './reporting.ts'
import type { Turn } from './turn.ts'
import { unknowable } from './values.ts'

/**
 * A task of a dry run that nobody can be certain of: what its largest possible change would
 * touch becomes uncertain. Where the plan is known to be empty either way, it is certain after all.
 */
export const maybe = async (it: Attempt, reason: string): Promise<Outcome> => {
  const { dryRun } = it.play.run.options
  if (!dryRun || actions.has(it.task.module)) {
    if (dryRun) {
      it.overseen?.unsure(NOTHING, undefined)
      await forgetVariables(it, reason)
    }
    return notKnown(dryRun, reason)
  }
  const result = unknowable(reason)
  const { possible, turn } = await possibly(it)
  if (possible instanceof HostLost) return failed(possible)
  it.overseen?.unsure(possible, workingKnown(turn))
  if (possible.changes?.length === 0) return { kind: 'ok', result }
  for (const state of turn === undefined ? it.play.run.fleet.states : [turn.state])
    for (const scope of possible.scopes) state.layUncertain(scope, reasonAfter(it, reason))
  return { kind: 'maybe', reason, result, changes: (possible.changes ?? []).map(reportOf) }
}

/** What the task would do if it ran, or could touch at most, and its turn as far as that is known. */
export const possibly = async (
  it: Attempt,
): Promise<{ readonly possible: Possible | HostLost; readonly turn: Turn | undefined }> => {
  const turn = turnKnown(it)
  const module = it.play.run.services.modules.get(it.task.module)
  if (turn === undefined || module === undefined) return { possible: atMost(module), turn }
  return { possible: await possibleWork(it, turn, module), turn }
}

const atMost = (module: Module | undefined): Possible => ({
  changes: undefined,
  scopes: [module?.touches ?? 'everything'],
})

/** On which machine and as whom it works, as far as that is known. */
export const workingKnown = (turn: Turn | undefined): Working | undefined =>
  turn === undefined ? undefined : workingOf(turn)

/** Why what the task touches cannot be known: the first reason of a chain, or the task itself. */
const reasonAfter = (it: Attempt, reason: string): string =>
  reason.startsWith('depends on ')
    ? reason
    : `depends on ${referenceTo(it.scopeWith(it.locals), it.task)}, of which it is not known what it changes`

/** What cannot be known is a maybe of a dry run, and a failure of a real one. */
export const notKnown = (dryRun: boolean, reason: string): Outcome =>
  dryRun
    ? { kind: 'maybe', reason, changes: [], result: unknowable(reason) }
    : failed(notRun(reason))

/** In a real run only a task of `check_mode: true` leaves something unknown. */
const notRun = (reason: string): UserError =>
  new UserError('E_NOT_RUN', reason, { hint: 'a task with check_mode: true is only planned' })

/** What the task may set is unknown afterwards. */
const forgetVariables = async (it: Attempt, reason: string): Promise<void> => {
  if (it.task.module === 'set_fact') forgetFacts(it, reason)
  if (it.task.module !== 'include_vars') return
  try {
    const args = argumentsOf(it.task, it.scopeWith(it.locals), '_raw')
    await forgetIncluded({ ...it, args }, reason)
  } catch (error) {
    // Which files they would be is not known either.
    if (!(error instanceof Uncertain) && !(error instanceof UserError)) throw error
  }
}

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

const possibleWork = async (
  it: Attempt,
  turn: Turn,
  module: Module,
): Promise<Possible | HostLost> => {
  try {
    const args = argumentsOf(it.task, turn.scope, module.freeForm)
    const environment = environmentOf(it.task.keywords, turn.scope)
    return await turn.state.exclusively(async () =>
      planned(turn, await prepare({ ...turn, environment }, module, args)),
    )
  } catch (error) {
    return lostOr(error, atMost(module))
  }
}

const planned = async (turn: Turn, asked: Asked): Promise<Possible | HostLost> => {
  try {
    const changes = asked.module.plan(asked.want, await actualOf(asked, turn.ahead))
    return { changes, scopes: changes.map(({ scope }) => scope) }
  } catch (error) {
    return lostOr(error, { changes: undefined, scopes: [reachOf(asked)] })
  }
}

const lostOr = (error: unknown, unknown: Possible): Possible | HostLost => {
  if (error instanceof HostLost) return error
  if (error instanceof Uncertain || error instanceof UserError) return unknown
  throw error
}
