import { defineModule } from '../core/module.ts'
import { integer, withDefault } from '../core/schema.ts'
import { line } from '../core/shapes.ts'
import { uncertain } from '../core/change.ts'
import { boot } from '../probes/kernel.ts'

export const reboot = defineModule({
  name: 'reboot',
  summary: 'Restarts the host and waits until it can be reached again.',
  crossesMachines: true,
  params: {
    reboot_timeout: withDefault(integer('Seconds to wait for the host to come back.'), 600),
    msg: withDefault(line('Accepted; nobody is told.'), ''),
    pre_reboot_delay: withDefault(integer('Accepted; the host restarts at once.'), 0),
    post_reboot_delay: withDefault(
      integer('Accepted; the host counts as back when it answers.'),
      0,
    ),
    connect_timeout: withDefault(integer('Accepted; --timeout decides.'), 0),
    test_command: withDefault(line('Accepted; the proof is that the host has booted anew.'), ''),
  },

  probes: () => ({ boot: boot() }),

  plan: want => [
    {
      do: 'connection',
      action: 'reboot',
      summary: 'restart the host',
      timeLimit: want.reboot_timeout,
      effects: [uncertain(boot(), 'depends on the restart of the host, which has not happened')],
      scope: 'everything',
      act: {
        kind: 'proved by',
        probe: boot(),
        holds: (before, after) => before !== after || 'the host still runs as it did before',
      },
    },
  ],

  result: (_want, _before, _after, outcomes) => ({ rebooted: outcomes.length > 0 }),
})
