import { formatPosition } from '../core/error.ts'
import type { HostCounts } from '../core/event.ts'
import { PLAN_VERSION, type HostPlan, type PlanDocument, type PlannedStep } from './document.ts'
import { entryOf, type Making } from './entry.ts'
import type { InputLog } from './inputs.ts'
import type { Macs } from './key.ts'
import type { Recorder, Step } from './recorder.ts'

/** What a plan is composed of besides what was recorded. */
export interface Composing extends Making {
  readonly provision: string
  readonly made: Date
  readonly command: PlanDocument['command']
  readonly inputs: InputLog
}

/** The document of a dry run that has come to its end; every secret that it met must be known by now. */
export const composePlan = (recorded: Recorder, composing: Composing): PlanDocument => {
  const { macs, redactor, inputs } = composing
  const { summary } = recorded
  if (summary === undefined) throw new Error('a plan is made of a dry run that has not ended')
  const masked = (text: string): string => redactor.redact(text)
  const hosts = Object.fromEntries(
    [...summary.hosts].map(([host, counts]) => [
      host,
      hostPlan({ host, counts }, recorded, composing),
    ]),
  )
  return seal(
    {
      plan: PLAN_VERSION,
      provision: composing.provision,
      made: composing.made.toISOString(),
      complete: Object.values(hosts).every(({ complete }) => complete),
      command: composing.command,
      key: macs.keyName,
      inputs: inputs.sealed({ macs, redactor }),
      hosts,
      plays: recorded.plays.map(({ name, hosts: names }) => ({ name: masked(name), hosts: names })),
      steps: recorded.steps.map(step => plannedStep(step, masked)),
      warnings: recorded.warnings.map(masked),
      roundTrips: Object.fromEntries(summary.roundTrips),
      setupRoundTrips: Object.fromEntries(summary.setupRoundTrips),
      ms: summary.ms,
    },
    macs,
  )
}

const hostPlan = (
  { host, counts }: { host: string; counts: HostCounts },
  { steps }: Recorder,
  making: Making,
): HostPlan => {
  const tasks = steps.flatMap(({ done }, step) =>
    done
      .filter(({ report }) => report.host === host)
      .flatMap(reported => entryOf(reported, step, making) ?? []),
  )
  return {
    complete: counts.failed === 0 && counts.unreachable === 0,
    counts: { ...counts },
    digest: making.macs.of(`host ${host}`, tasks.map(({ digest }) => digest).join()),
    tasks,
  }
}

const plannedStep = (
  { play, task, role, at, handler, done }: Step,
  masked: (text: string) => string,
): PlannedStep => {
  const hosts = (status: 'ok' | 'skipped'): string[] => [
    ...new Set(done.flatMap(({ report }) => (report.status === status ? [report.host] : []))),
  ]
  return {
    play,
    task: masked(task),
    ...(role === undefined ? {} : { role }),
    at: formatPosition(at),
    handler,
    ok: hosts('ok'),
    skipped: hosts('skipped'),
  }
}

type Unsealed = Omit<PlanDocument, 'seal'>

const seal = (document: Unsealed, macs: Macs): PlanDocument => ({
  ...document,
  seal: sealOf(document, macs),
})

/** Whether the document is as it was made. */
export const isAsMade = ({ seal: given, ...document }: PlanDocument, macs: Macs): boolean =>
  given === sealOf(document, macs)

// As JSON has it after it was written and read: without what is undefined, in the order of writing.
const sealOf = (document: Unsealed, macs: Macs): string => macs.of('plan', JSON.stringify(document))
