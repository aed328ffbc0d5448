import { readPlan } from '../plan/file.ts'
import { replay } from '../plan/replay.ts'
import { EXIT } from './exit.ts'
import { forTerminal } from './mistakes.ts'
import type { RunFlags } from './options.ts'
import { applying, reportTo } from './sink.ts'

/** `provision show`: a saved plan as the dry run that made it. Throws UserError for what is none. */
export const show = async (
  file: string,
  flags: Pick<RunFlags, 'output' | 'diff' | 'diff=full' | 'verbose'>,
): Promise<number> => {
  const document = readPlan(file)
  const report = reportTo(flags, { dryRun: true, toApply: applying(file) })
  if (flags.output === 'text')
    process.stdout.write(
      `${forTerminal(`plan of ${document.made}, made by provision ${document.provision}`)}\n`,
    )
  replay(document, report.sink)
  await report.finished()
  return EXIT.done
}
