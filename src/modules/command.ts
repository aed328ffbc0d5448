import { defineModule } from '../core/module.ts'
import { sh } from '../core/shell.ts'
import { list, optional, text } from '../core/schema.ts'
import { UserError } from '../core/error.ts'
import { conditionProbes, reasonToSkip } from './command/condition.ts'
import { commandResult, skippedResult } from './command/outcome.ts'
import { runParams, streamParams } from './command/params.ts'
import { runChange, shown } from './command/run.ts'
import { splitWords } from './command/words.ts'

export const command = defineModule({
  name: 'command',
  summary: 'Runs a program, without a shell in between.',
  crossesMachines: true,
  freeForm: 'cmd',
  params: {
    cmd: optional(text('The program and its arguments, split at blanks outside quotes.')),
    argv: optional(list(text('One word.'), 'The program and its arguments, word by word.')),
    ...runParams,
    ...streamParams,
  },

  check(want) {
    if (want.cmd !== undefined && want.argv !== undefined) return 'cmd and argv exclude each other'
    return want.cmd === undefined && want.argv === undefined ? 'a command is needed' : undefined
  },

  prepare: (_, controller) => Promise.resolve({ now: controller.now }),

  probes: (want, known) => conditionProbes(want, known),

  plan(want, actual) {
    if (reasonToSkip(want, actual) !== undefined) return []
    const words = wordsOf(want)
    return [runChange(`run ${shown(words.join(' '))}`, sh`exec ${words}`, want)]
  },

  result(want, before, _, outcomes) {
    const reason = reasonToSkip(want, before)
    if (reason !== undefined) return skippedResult(reason, wordsOf(want))
    return commandResult(wordsOf(want), outcomes, {
      strip: want.strip_empty_ends,
      now: want.prepared.now,
    })
  },
})

const wordsOf = ({
  cmd,
  argv,
}: {
  cmd: string | undefined
  argv: readonly string[] | undefined
}): readonly string[] => {
  const words = argv ?? splitWords(cmd ?? '')
  if (words.length === 0) throw new UserError('E_NO_COMMAND', 'there is no command to run')
  return words
}
