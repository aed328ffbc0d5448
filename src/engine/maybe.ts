import type { Change } from '../core/change.ts'
import { UserError } from '../core/error.ts'
import { Uncertain } from '../core/uncertain.ts'
import { actions } from './actions/index.ts'
import { actualOf } from './asking.ts'
import { turnOf, type Attempt } from './attempt.ts'
import { argumentsOf, environmentOf } from './keywords.ts'
import type { Outcome } from './outcome.ts'
import { prepare, reportOf } from './perform.ts'
import { unknowable } from './values.ts'

/**
 * A task of a dry run that nobody can be certain of: what its largest possible change would
 * touch becomes uncertain. Where the plan is known to be empty either way, it is certain after all.
 */
export const maybe = async (it: Attempt, reason: string): Promise<Outcome> => {
  const result = unknowable(reason)
  if (actions.has(it.task.module)) return { kind: 'maybe', reason, changes: [], result }
  const changes = await possibleChanges(it)
  if (changes?.length === 0) return { kind: 'ok', result }
  const { state } = turnOf(it)
  if (changes === undefined) state.layUncertain('everything', reason)
  for (const change of changes ?? []) state.layUncertain(change.scope, reason)
  return { kind: 'maybe', reason, result, changes: (changes ?? []).map(reportOf) }
}

/** What the task would change if it ran; undefined when that cannot be known either. */
const possibleChanges = async (it: Attempt): Promise<readonly Change[] | undefined> => {
  const module = it.play.run.services.modules.get(it.task.module)
  if (module === undefined) return undefined
  try {
    const turn = turnOf(it)
    const args = argumentsOf(it.task, turn.scope, module.freeForm)
    const environment = environmentOf(it.task.keywords, turn.scope)
    return await turn.state.exclusively(async () => {
      const asked = await prepare({ ...turn, environment }, module, args)
      return module.plan(asked.want, await actualOf(asked, turn.ahead))
    })
  } catch (error) {
    if (error instanceof Uncertain || error instanceof UserError) return undefined
    throw error
  }
}
