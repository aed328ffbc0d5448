import type { Position } from '../core/error.ts'
import type { ChangeReport, Sink, TaskReport } from '../core/event.ts'
import { printable } from '../report/printable.ts'
import type { Entry, PlanDocument, PlannedStep } from './document.ts'

/** Tells a sink a saved plan as the dry run that made it would. */
export const replay = (saved: PlanDocument, sink: Sink): void => {
  const document = harmless(saved) as PlanDocument
  sink.emit({ kind: 'run started', playbooks: document.command.playbooks, dryRun: true })
  for (const message of document.warnings) sink.emit({ kind: 'warning', message, at: undefined })
  for (const [number, play] of document.plays.entries()) {
    sink.emit({ kind: 'play started', play: play.name, hosts: play.hosts })
    for (const [index, step] of document.steps.entries())
      if (step.play === number) replayStep(document, { step, index, play: play.name }, sink)
  }
  sink.emit({
    kind: 'run ended',
    summary: {
      hosts: new Map(Object.entries(document.hosts).map(([host, { counts }]) => [host, counts])),
      roundTrips: new Map(Object.entries(document.roundTrips)),
      setupRoundTrips: new Map(Object.entries(document.setupRoundTrips)),
      interrupted: false,
      ms: document.ms,
    },
  })
}

interface Replayed {
  readonly step: PlannedStep
  readonly index: number
  readonly play: string
}

const replayStep = (document: PlanDocument, of: Replayed, sink: Sink): void => {
  const { step, index } = of
  const { task, role, handler } = step
  const at = positionOf(step.at)
  sink.emit({ kind: 'task started', task, role, at, handler })
  const told = (report: TaskReport): void => {
    sink.emit({ kind: 'task done', report })
  }
  for (const [host, { tasks }] of Object.entries(document.hosts)) {
    for (const entry of tasks) if (entry.step === index) told(reportOf(of, host, entry))
    if (tasks.some(entry => entry.step === index)) continue
    if (step.ok.includes(host)) told(reportOf(of, host, { ...QUIET, status: 'ok' }))
    if (step.skipped.includes(host)) told(reportOf(of, host, { ...QUIET, status: 'skipped' }))
  }
}

type Told = Omit<Entry, 'step' | 'task' | 'at' | 'handler' | 'digest'>

const QUIET = { item: null, message: null, changes: [] } as const

const reportOf = ({ step, play }: Replayed, host: string, entry: Told): TaskReport => ({
  play,
  task: step.task,
  role: step.role,
  at: positionOf(step.at),
  host,
  status: entry.status,
  item: entry.item,
  changes: changesOf(entry),
  message: messageOf(entry),
  hint: undefined,
  code: entry.code,
  forgiven: entry.forgiven,
  handler: step.handler,
  planned: entry.done !== true,
  result: undefined,
  ms: 0,
})

/** Where nobody knows what a maybe does, all that it can touch is said: so much it is allowed. */
const messageOf = ({ message, reach }: Told): string | null =>
  reach === undefined
    ? message
    : [...(message === null ? [] : [message]), `can touch: ${reach.join(', ')}`].join('; ')

/** A report of what is ok or skipped names no changes. */
const changesOf = ({ status, changes }: Told): readonly ChangeReport[] =>
  status === 'ok' || status === 'skipped'
    ? []
    : changes.map(({ summary, diff, unproved }) => ({
        summary,
        diff: diff === null ? undefined : { kind: 'lines', lines: diff },
        unproved: unproved === true,
      }))

/** `file:line:column`; the file may hold colons of its own. */
const positionOf = (at: string): Position => {
  const [, file = at, line, column] = /^(.*):(\d+):(\d+)$/s.exec(at) ?? []
  return { file, line: Number(line ?? 1), column: Number(column ?? 1) }
}

/** A plan may come from anywhere: nothing in it moves a cursor. */
const harmless = (value: unknown): unknown => {
  if (typeof value === 'string') return printable(value)
  if (Array.isArray(value)) return value.map(harmless)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [printable(key), harmless(item)]),
  )
}
