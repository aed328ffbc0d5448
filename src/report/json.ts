import { formatPosition } from '../core/error.ts'
import type { Event, RunSummary, Sink, TaskReport } from '../core/event.ts'
import { renderDiff } from './diff.ts'
import type { Redactor } from './redact.ts'

/** Collects a run and writes it as one JSON document when it has ended; schema 1 of `docs/json.md`. */
export class JsonSink implements Sink {
  readonly #tasks: unknown[] = []
  readonly #redactor: Redactor
  readonly #write: (text: string) => void
  #dryRun = false

  constructor(redactor: Redactor, write: (text: string) => void) {
    this.#redactor = redactor
    this.#write = write
  }

  emit(event: Event): void {
    if (event.kind === 'run started') this.#dryRun = event.dryRun
    if (event.kind === 'task done') this.#tasks.push(taskOf(event.report))
    if (event.kind === 'run ended') this.#end(event.summary)
  }

  #end({ hosts, roundTrips, setupRoundTrips, ms, interrupted }: RunSummary): void {
    const document = {
      schema: 1,
      dryRun: this.#dryRun,
      interrupted,
      hosts: Object.fromEntries(hosts),
      tasks: this.#tasks,
      roundTrips: Object.fromEntries(roundTrips),
      setupRoundTrips: Object.fromEntries(setupRoundTrips),
      ms,
    }
    this.#write(`${JSON.stringify(this.#redactor.redactAll(document), undefined, 2)}\n`)
  }
}

const taskOf = (report: TaskReport): unknown => ({
  play: report.play,
  task: report.role === undefined ? report.task : `${report.role} : ${report.task}`,
  at: formatPosition(report.at),
  host: report.host,
  status: report.status,
  item: report.item,
  handler: report.handler,
  changes: report.changes.map(({ summary, diff }) => ({
    summary,
    diff: diff === undefined ? null : renderDiff(diff),
  })),
  message: report.message,
  ...(report.code === undefined ? {} : { code: report.code }),
  ...(report.forgiven === undefined ? {} : { forgiven: report.forgiven }),
  ms: report.ms,
})
