import type { Change } from '../core/change.ts'
import { UserError } from '../core/error.ts'
import { Uncertain } from '../core/uncertain.ts'
import type { Asked } from './asking.ts'

/**
 * The change as a dry run knows it once the machine has been asked what it would do; as it was
 * planned where nobody can tell, so that its effects say what is uncertain. Throws UserError where
 * the change would fail.
 */
export const foresee = async (
  { state, as }: Pick<Asked, 'state' | 'as'>,
  change: Change,
): Promise<readonly Change[]> => {
  if (change.foreseen === undefined) return [change]
  const question = { probe: change.foreseen.probe, as }
  let answer: unknown
  try {
    if (!state.has(question)) await state.ask([question], [])
    answer = state.value(question)
  } catch (error) {
    if (error instanceof Uncertain || error instanceof UserError) return [change]
    throw error
  }
  return change.foreseen.changes(answer)
}
