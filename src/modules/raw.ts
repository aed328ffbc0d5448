import { defineModule } from '../core/module.ts'
import { sh } from '../core/shell.ts'
import { optional, text } from '../core/schema.ts'
import { line } from '../core/shapes.ts'
import { commandResult } from './command/outcome.ts'
import { runChange, shown } from './command/run.ts'

export const raw = defineModule({
  name: 'raw',
  summary: 'Runs a command line as it is written; here the same as `shell`.',
  crossesMachines: true,
  freeForm: 'cmd',
  params: {
    cmd: text('The command line.'),
    executable: optional(line('The shell that runs it; `/bin/sh` without.')),
  },

  prepare: (_, controller) => Promise.resolve({ now: controller.now }),

  probes: () => ({}),

  plan: want => [
    runChange(`run ${shown(want.cmd)}`, sh`exec ${want.executable ?? '/bin/sh'} -c ${want.cmd}`, {
      chdir: undefined,
      context: want.context,
    }),
  ],

  result: (want, _, __, outcomes) =>
    commandResult(want.cmd, outcomes, { strip: false, now: want.prepared.now }),
})
