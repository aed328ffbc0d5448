import { ANYTHING } from '../core/overseer.ts'
import { HostLost } from '../core/wire.ts'
import type { Condition } from '../language/play.ts'
import type { Scope } from '../language/scope.ts'
import { actions } from './actions/index.ts'
import type { Attempt } from './attempt.ts'
import { possibly, workingKnown } from './maybe.ts'

/**
 * Tells the overseer what a task would do that a dry run skips because it is one (`when: not
 * ansible_check_mode`): the real run will not skip it.
 */
export const foreseeSkipped = async (it: Attempt): Promise<void> => {
  const { overseen, task } = it
  if (overseen === undefined || !it.play.run.options.dryRun || actions.has(task.module)) return
  const scopeWith = (onRead: (name: string) => void): Scope => it.scopeWith(it.locals, onRead)
  if (!asksForCheckMode(task.keywords.when, scopeWith)) return
  const { possible, turn } = await possibly(it)
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
