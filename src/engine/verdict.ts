import { UserError } from '../core/error.ts'
import type { ChangeReport } from '../core/event.ts'
import type { Scope } from '../language/scope.ts'
import type { Task } from '../language/play.ts'
import { failureOf, type Failure, type Outcome } from './outcome.ts'
import { PartlyKnown, toPlain, unknowable } from './values.ts'

/** What a module or an action made of its turn, before `changed_when` and `failed_when`. */
export interface Made {
  readonly changed: boolean
  readonly changes: readonly ChangeReport[]
  /** What is registered; the verdict is written into it. */
  readonly value: Map<unknown, unknown>
  /** Dry run: why it may turn out that nothing is to be done. */
  readonly doubt?: string | undefined
  /** Present when it failed by an error of its own. */
  readonly failure: Failure | undefined
}

/** What an error made of a turn: nothing is known but the error and what was done before it. */
export const madeByError = (error: UserError, changes: readonly ChangeReport[]): Made => {
  const failure = failureOf(error)
  return {
    changed: changes.length > 0,
    changes,
    failure,
    value: new Map<unknown, unknown>([
      ['failed', true],
      ['msg', failure.message],
    ]),
  }
}

/** The outcome that `changed_when` and `failed_when` make of it; `scope` knows the result. */
export const judge = (task: Task, made: Made, scope: Scope): Outcome => {
  const { value, changes } = made
  value.set('changed', made.changed)
  const isFailed = judgeFailed(task, made, scope)
  const isChanged = judgeChanged(task, made, { scope, isFailed })
  value.set('changed', isChanged)
  // Of a command that has not run, it is known only if its task says when it fails.
  if (task.failedWhen !== undefined || !(value instanceof PartlyKnown))
    value.set('failed', isFailed)
  if (isFailed) return { kind: 'failed', result: value, changes, failure: failureIn(task, made) }
  if (!isChanged) return { kind: 'ok', result: value }
  if (made.doubt === undefined) return { kind: 'changed', result: value, changes }
  return { kind: 'maybe', result: unknowable(made.doubt), changes, reason: made.doubt }
}

const judgeFailed = ({ failedWhen }: Task, { value, failure }: Made, scope: Scope): boolean => {
  const byItself = failure !== undefined || value.get('failed') === true
  if (failedWhen === undefined) return byItself
  try {
    return scope.holds(failedWhen)
  } catch (error) {
    // A condition over a result that a failure has left out would hide the failure.
    if (failure !== undefined && error instanceof UserError) return true
    throw error
  }
}

const judgeChanged = (
  { changedWhen }: Task,
  { changed }: Made,
  { scope, isFailed }: { scope: Scope; isFailed: boolean },
): boolean => {
  if (changedWhen === undefined) return changed
  try {
    return scope.holds(changedWhen)
  } catch (error) {
    if (isFailed && error instanceof UserError) return changed
    throw error
  }
}

const failureIn = ({ failedWhen }: Task, { value, failure }: Made): Failure => {
  if (failure !== undefined) return failure
  const said = toPlain(value.get('msg'))
  const byCondition = failedWhen?.map(condition => condition.source).join(', ')
  const fallback = byCondition === undefined ? 'failed' : `failed_when: ${byCondition}`
  const message = typeof said === 'string' && said !== '' ? said : fallback
  return { message: [message, ...output(value)].join('\n'), code: 'E_TASK_FAILED', hint: undefined }
}

const TAIL_LINES = 20

/** The end of what a failed command said, its errors before its output. */
const output = (value: Map<unknown, unknown>): readonly string[] => {
  if (value instanceof PartlyKnown) return []
  const said = ['stderr', 'stdout']
    .map(stream => value.get(stream))
    .find(text => typeof text === 'string' && text.trim() !== '')
  return typeof said === 'string' ? said.trim().split('\n').slice(-TAIL_LINES) : []
}
