import { conduct, readChecked } from './conduct.ts'
import { EXIT, exitCodeOf } from './exit.ts'
import type { RunFlags } from './options.ts'
import { reportTo } from './sink.ts'

/** Runs playbooks and gives the exit code. Throws UserError for what is wrong before it begins. */
export const run = async (playbooks: readonly string[], flags: RunFlags): Promise<number> => {
  const input = await readChecked(playbooks, flags)
  if (input === undefined) return EXIT.usage
  const dryRun = flags.dryRun === true || flags.check === true
  const report = reportTo(flags, { dryRun })
  const beforeAsking = (): Promise<void> => report.stillness()
  try {
    return exitCodeOf(
      await conduct(input, { flags, dryRun, sink: report.sink, beforeAsking }),
      dryRun,
    )
  } finally {
    await report.finished()
  }
}
