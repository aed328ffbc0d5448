import { UserError } from '../core/error.ts'
import type { Play, VarsPrompt } from '../language/play.ts'
import type { Scope } from '../language/scope.ts'
import type { RunOptions, Services } from './services.ts'
import { show } from './values.ts'

/** What the person at the terminal answers to a play's `vars_prompt`; extra vars are not asked for. */
export const promptFor = async (
  play: Play,
  services: Services,
  { extraVars }: Pick<RunOptions, 'extraVars'>,
): Promise<ReadonlyMap<string, unknown>> => {
  const answers = new Map<string, unknown>()
  const scope = services.variables.playScope(play)
  for (const request of play.varsPrompt) {
    if (extraVars.has(request.name)) continue
    const answer = await answerOf(request, services, scope)
    if (request.isPrivate) services.onSecret(answer)
    answers.set(request.name, answer)
  }
  return answers
}

const answerOf = async (request: VarsPrompt, services: Services, scope: Scope): Promise<string> => {
  const text = request.prompt === undefined ? request.name : show(scope.value(request.prompt))
  const otherwise = request.default === undefined ? undefined : show(scope.value(request.default))
  try {
    for (;;) {
      const answer = await services.prompt(request, text)
      if (!request.confirm || answer === (await services.prompt(request, `${text} (again)`)))
        return answer === '' ? (otherwise ?? '') : answer
    }
  } catch (error) {
    const isAlone = error instanceof UserError && error.code === 'E_NO_TERMINAL'
    if (isAlone && otherwise !== undefined) return otherwise
    throw error
  }
}
