import { UserError } from '../../core/error.ts'
import { failed } from '../outcome.ts'
import { listOf, ok, textOf, type Action, type ActionTurn } from './action.ts'

/** Fails with a message of the user's own. */
export const fail: Action = {
  run: ({ args }) =>
    failed(new UserError('E_FAILED', textOf(args['msg']) ?? 'Failed as requested from task')),
}

/** Fails unless every condition in `that` holds. */
export const assertion: Action = {
  run(turn) {
    const broken = firstBroken(turn)
    if (broken === undefined)
      return ok({ msg: textOf(turn.args['success_msg']) ?? 'All assertions passed' })
    const message =
      textOf(turn.args['fail_msg'] ?? turn.args['msg']) ?? `assertion does not hold: ${broken}`
    return failed(new UserError('E_ASSERT', message, { hint: `this does not hold: ${broken}` }))
  },
}

/** Conditions are expressions, so that the raw argument counts, not its evaluated text. */
const firstBroken = ({ task, scope, args }: ActionTurn): string | undefined => {
  const at = task.argsAt.get('that') ?? task.at
  return scope.firstFalse(listOf(args['that']).map(source => ({ source: String(source), at })))
}
