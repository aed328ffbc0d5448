import { UserError } from '../core/error.ts'
import { defineModule } from '../core/module.ts'
import { constant, fed, lines, sh } from '../core/shell.ts'
import { optional, text } from '../core/schema.ts'
import { line } from '../core/shapes.ts'
import { wholeOf, type Source } from '../core/wire.ts'
import { conditionProbes, reasonToSkip } from './command/condition.ts'
import { commandResult, skippedResult } from './command/outcome.ts'
import { runParams } from './command/params.ts'
import { runChange, shown } from './command/run.ts'
import { splitWords } from './command/words.ts'

/** A script of more bytes than this (16 MiB) is no script. */
const MOST = 16 * 1024 * 1024

// The file is gone again whatever the script does; its own input is empty.
const STAGE = constant(`
file=$(mktemp) || exit
trap 'rm -f "$file"' 0
cat >"$file" && chmod 700 "$file" || exit
`)

export const script = defineModule({
  name: 'script',
  summary: 'Runs a script of the controller on the host.',
  crossesMachines: true,
  freeForm: 'cmd',
  params: {
    cmd: text('The script, looked for as other files are, and its arguments.'),
    executable: optional(line('The program that runs it; without, its first line says.')),
    ...runParams,
  },

  async prepare(want, controller) {
    const [src, ...args] = splitWords(want.cmd)
    if (src === undefined) throw new UserError('E_NO_COMMAND', 'there is no script to run')
    return { args, bytes: await bytesOf(await controller.file(src), src), now: controller.now }
  },

  probes: (want, known) => conditionProbes(want, known),

  plan(want, actual) {
    if (reasonToSkip(want, actual) !== undefined) return []
    const { args, bytes } = want.prepared
    const program = want.executable === undefined ? sh`` : sh`${splitWords(want.executable)}`
    const words = lines(STAGE, inDirectory(want.chdir), sh`${program} "$file" ${args} </dev/null`)
    const change = runChange(`run script ${shown(want.cmd)}`, words, { ...want, chdir: undefined })
    return [{ ...change, script: fed(words, bytes) }]
  },

  result(want, before, _, outcomes) {
    const reason = reasonToSkip(want, before)
    if (reason !== undefined) return skippedResult(reason, want.cmd)
    return commandResult(want.cmd, outcomes, { strip: false, now: want.prepared.now })
  },
})

const inDirectory = (chdir: string | undefined) =>
  chdir === undefined ? sh`` : sh`cd -- ${chdir} || exit`

const bytesOf = async (source: Source, src: string): Promise<Buffer> => {
  if (source.size > MOST) throw new UserError('E_TOO_LONG', `${src} is too long for a script`)
  return wholeOf(source)
}
