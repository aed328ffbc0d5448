import { defineModule } from '../core/module.ts'
import { sh } from '../core/shell.ts'
import { optional, text } from '../core/schema.ts'
import { line } from '../core/shapes.ts'
import { conditionProbes, reasonToSkip } from './command/condition.ts'
import { commandResult, skippedResult } from './command/outcome.ts'
import { runParams, streamParams } from './command/params.ts'
import { runChange, shown } from './command/run.ts'

export const shell = defineModule({
  name: 'shell',
  summary: 'Runs a command line in a shell, as it is written.',
  crossesMachines: true,
  freeForm: 'cmd',
  params: {
    cmd: text('The command line.'),
    executable: optional(line('The shell that runs it, such as `/bin/bash`; `/bin/sh` without.')),
    ...runParams,
    ...streamParams,
  },

  prepare: (_, controller) => Promise.resolve({ now: controller.now }),

  probes: (want, known) => conditionProbes(want, known),

  plan(want, actual) {
    if (reasonToSkip(want, actual) !== undefined) return []
    const words =
      want.executable === undefined
        ? sh`exec /bin/sh -c ${want.cmd}`
        : sh`exec ${want.executable} -c ${want.cmd}`
    return [runChange(`run ${shown(want.cmd)}`, words, want)]
  },

  result(want, before, _, outcomes) {
    const reason = reasonToSkip(want, before)
    if (reason !== undefined) return skippedResult(reason, want.cmd)
    return commandResult(want.cmd, outcomes, {
      strip: want.strip_empty_ends,
      now: want.prepared.now,
    })
  },
})
