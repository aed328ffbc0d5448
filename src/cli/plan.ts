import { refuseOverwriting, writePlan } from '../plan/file.ts'
import type { PlanDocument } from '../plan/document.ts'
import { EXIT, exitCodeOf } from './exit.ts'
import { forTerminal } from './mistakes.ts'
import type { RunFlags } from './options.ts'
import { makePlan, ownMacs } from './planning.ts'
import { Questions } from './questions.ts'
import { redactor } from './secrets.ts'
import { applying, reportTo } from './sink.ts'

/** `provision plan`: a dry run whose plan is written. Throws UserError. */
export const plan = async (
  playbooks: readonly string[],
  flags: RunFlags & { readonly out: string },
): Promise<number> => {
  refuseOverwriting(flags.out)
  const macs = ownMacs()
  redactor.beStrict()
  const report = reportTo(flags, { dryRun: true, toApply: applying(flags.out) })
  const questions = new Questions(() => report.stillness())
  const planning = { macs, questions, made: new Date(), sink: report.sink }
  const planned = await makePlan(playbooks, flags, planning).finally(() => report.finished())
  if (planned === 'mistakes') return EXIT.usage
  if (planned === 'interrupted') return EXIT.interrupted
  writePlan(flags.out, planned.document)
  if (flags.output === 'text')
    process.stdout.write(`${forTerminal(whatWasWritten(flags.out, planned.document))}\n`)
  const code = exitCodeOf(planned.summary, true)
  return code === EXIT.done && mayChange(planned.document) ? EXIT.changes : code
}

/** Also by what a dry run skips because it is one. */
const mayChange = ({ hosts }: PlanDocument): boolean =>
  Object.values(hosts).some(({ tasks }) => tasks.some(({ status }) => status === 'maybe'))

const whatWasWritten = (file: string, { hosts }: PlanDocument): string => {
  const left = Object.entries(hosts).flatMap(([host, { complete }]) => (complete ? [] : [host]))
  const lines = [`The plan is in ${file}; \`provision show ${file}\` shows it.`]
  if (left.length > 0) lines.push(`It is incomplete: ${left.join(', ')} will not be applied.`)
  return lines.join('\n')
}
