import { UserError, UserErrors } from '../core/error.ts'
import { isAsMade } from '../plan/compose.ts'
import type { PlanDocument } from '../plan/document.ts'
import { readPlan } from '../plan/file.ts'
import { changedFiles, changedValues, differentInputs } from '../plan/inputs.ts'
import { PlanKeeper } from '../plan/keeper.ts'
import type { Macs } from '../plan/key.ts'
import { verdicts } from '../plan/verdicts.ts'
import { conduct, readChecked } from './conduct.ts'
import { EXIT, exitCodeOf } from './exit.ts'
import type { RunFlags } from './options.ts'
import { makePlan, ownMacs, type Planned } from './planning.ts'
import { Questions } from './questions.ts'
import { redactor } from './secrets.ts'
import { reportTo } from './sink.ts'
import { version } from './version.ts'

/** `provision apply`: does what a saved plan says, and nothing else. Throws UserError. */
export const apply = async (file: string, given: RunFlags): Promise<number> => {
  const document = readPlan(file)
  const macs = ownMacs()
  refuseForeign(file, document, macs)
  redactor.beStrict()
  const flags = flagsOf(document, given)
  const report = reportTo(given, { dryRun: false })
  const questions = new Questions(() => report.stillness())
  try {
    const fresh = await planAgain(document, flags, { macs, questions })
    if (typeof fresh === 'string') return fresh === 'mistakes' ? EXIT.usage : EXIT.interrupted
    questions.repeat()
    return await keepTo(document, fresh, { flags, questions, report })
  } finally {
    await report.finished()
  }
}

/** Throws for a plan of another controller or program, and for one that was edited. */
const refuseForeign = (file: string, document: PlanDocument, macs: Macs): void => {
  const again = { hint: 'plan again here' }
  if (document.provision !== version())
    throw new UserError(
      'E_PLAN_TOOL',
      `"${file}" was made by provision ${document.provision}, and this is ${version()}`,
      again,
    )
  if (document.key !== macs.keyName)
    throw new UserError(
      'E_PLAN_SEAL',
      `"${file}" was made on another controller, or by another account`,
      again,
    )
  if (!isAsMade(document, macs))
    throw new UserError('E_PLAN_SEAL', `"${file}" was changed after it was made`, again)
}

/** The flags that the plan was made with, and those that say how to reach hosts and to report. */
const flagsOf = ({ command }: PlanDocument, given: RunFlags): RunFlags => ({
  ...given,
  inventory: [...command.inventory],
  tags: [...command.tags],
  skipTags: [...command.skipTags],
  extraVars: extraVarsOf(command, given),
  ...(command.limit === null ? {} : { limit: command.limit }),
  ...(command.user === null ? {} : { user: command.user }),
  ...(command.become ? { become: true as const } : {}),
  ...(command.becomeUser === null ? {} : { becomeUser: command.becomeUser }),
  ...(command.forceHandlers ? { forceHandlers: true as const } : {}),
})

/** Values of extra variables are in no plan: those of the command line have to be given again. */
const extraVarsOf = ({ extraVars }: PlanDocument['command'], given: RunFlags): string[] => {
  if (given.extraVars !== undefined) return given.extraVars
  const names = extraVars.filter(name => !name.startsWith('@'))
  if (names.length === 0) return [...extraVars]
  throw new UserError(
    'E_PLAN_OPTION',
    `the plan was made with --extra-vars for ${names.join(', ')}`,
    {
      hint: 'give all --extra-vars again: a plan does not keep their values',
    },
  )
}

const planAgain = (
  document: PlanDocument,
  flags: RunFlags,
  { macs, questions }: { macs: Macs; questions: Questions },
): Promise<Planned | 'mistakes' | 'interrupted'> => {
  refuse(changedFiles(document.inputs, macs))
  return makePlan(document.command.playbooks, flags, {
    macs,
    questions,
    made: new Date(document.made),
    onRead(read) {
      refuse(changedValues(document.inputs, read))
    },
  })
}

/** Throws UserErrors that name each input that differs. */
const refuse = (differences: readonly string[]): void => {
  const [first, ...rest] = differences.map(
    difference =>
      new UserError('E_PLAN_INPUT', difference, { hint: 'plan again, and look at what changes' }),
  )
  if (first !== undefined) throw new UserErrors([first, ...rest])
}

interface Keeping {
  readonly flags: RunFlags
  readonly questions: Questions
  readonly report: ReturnType<typeof reportTo>
}

const keepTo = async (
  document: PlanDocument,
  fresh: Planned,
  { flags, questions, report }: Keeping,
): Promise<number> => {
  refuse(differentInputs(document.inputs, fresh.document.inputs))
  const { settled, recorder } = fresh
  const hosts = verdicts(document, fresh.document)
  const overseer = new PlanKeeper(recorder.turns, { hosts, settled, redactor })
  // Read again: a dry run adds hosts to its inventory.
  const asking = questions.password
  const input = await readChecked(document.command.playbooks, flags, { asking, quietly: true })
  if (input === undefined) return EXIT.usage
  const summary = await conduct(input, {
    flags,
    dryRun: false,
    sink: report.sink,
    beforeAsking: () => report.stillness(),
    asking,
    prompt: questions.prompt,
    overseer,
    inputs: fresh.chanceOnly,
    now: new Date(document.made),
  })
  return exitCodeOf(summary, false)
}
