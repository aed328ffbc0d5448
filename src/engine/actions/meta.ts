import { UserError } from '../../core/error.ts'
import { ok, type Action } from './action.ts'

/** Asks something of the run itself; what concerns all hosts is done by the play, once. */
export const meta: Action = {
  freeForm: 'free_form',
  async run({ args, host, play, scope, task }) {
    const what = String(args['free_form'])
    switch (what) {
      case 'noop':
      case 'flush_handlers':
      case 'refresh_inventory':
        return ok()
      case 'end_host':
        host.out = 'ended'
        return ok()
      case 'end_play':
        play.end()
        return ok()
      case 'end_batch':
        play.endBatch()
        return ok()
      case 'clear_facts':
        play.run.services.variables.setFacts(host.name, new Map())
        return ok()
      case 'clear_host_errors':
        play.clearErrors()
        return ok()
      case 'reset_connection': {
        const state = play.run.fleet.of(host.name, scope)
        await state.machine.reset()
        state.forgetAll()
        return ok()
      }
      default:
        throw new UserError('E_UNSUPPORTED', `meta: "${what}" is not supported`, { at: task.at })
    }
  },
}
