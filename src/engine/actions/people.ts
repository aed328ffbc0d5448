import { HIDDEN } from '../../core/secret.ts'
import { UserError } from '../../core/error.ts'
import { TemplateText } from '../../language/value.ts'
import { flagOr } from '../keywords.ts'
import { show } from '../values.ts'
import { ok, textOf, type Action, type ActionTurn } from './action.ts'

/** Says a message, or a variable's value, at the given verbosity. */
export const debug: Action = {
  run(turn) {
    const { args, play, host, scope, task } = turn
    if (Number(args['verbosity'] ?? 0) > play.run.options.verbosity)
      return {
        kind: 'skipped',
        reason: 'verbosity is lower than the task asks for',
        result: new Map([['skipped', true]]),
      }
    const value = spoken(turn)
    const hidden = flagOr(scope, task.keywords.noLog, 'yes')
    const text = hidden ? HIDDEN : show(value)
    play.tell(host, () => ({ kind: 'said', host: host.name, text }))
    return ok({ [textOf(args['var']) ?? 'msg']: value })
  },
}

const spoken = ({ args, scope, task }: ActionTurn): unknown => {
  const name = textOf(args['var'])
  if (name === undefined) return args['msg'] ?? 'Hello world!'
  const at = task.argsAt.get('var') ?? task.at
  return scope.value(new TemplateText(`{{ ${name} }}`, at))
}

/** Waits for a time, or for the person at the terminal. */
export const pause: Action = {
  async run({ args, play }) {
    const seconds = Number(args['seconds'] ?? 0) + 60 * Number(args['minutes'] ?? 0)
    if (Number.isNaN(seconds))
      throw new UserError('E_PARAM_TYPE', 'pause: seconds and minutes are numbers')
    if (args['seconds'] !== undefined || args['minutes'] !== undefined) {
      await play.run.sleep(play.run.options.dryRun ? 0 : seconds)
      return ok({ delta: seconds })
    }
    const request = {
      name: 'pause',
      prompt: undefined,
      isPrivate: args['echo'] === false,
      default: undefined,
      confirm: false,
    }
    const text = textOf(args['prompt']) ?? 'Press Enter to go on'
    const { prompt, onSecret } = play.run.services
    const answer = await prompt(request, text)
    if (request.isPrivate) onSecret(answer)
    return ok({ user_input: answer })
  },
}
