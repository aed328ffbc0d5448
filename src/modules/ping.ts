import { UserError } from '../core/error.ts'
import { defineModule } from '../core/module.ts'
import { text, withDefault } from '../core/schema.ts'
import { identity } from '../probes/identity.ts'

export const ping = defineModule({
  name: 'ping',
  summary: 'Proves that the host answers, as the account that tasks run as.',
  params: { data: withDefault(text('What is answered; `crash` fails.'), 'pong') },
  touches: [],
  probes: () => ({ who: identity() }),
  plan(want) {
    if (want.data === 'crash') throw new UserError('E_CRASH', 'data: crash asks for a failure')
    return []
  },
  result: want => ({ ping: want.data }),
})
