import { formatPosition, type Position } from '../core/error.ts'
import type { Event, RunSummary, Sink, TaskReport } from '../core/event.ts'
import { renderDiff } from './diff.ts'
import { printable } from './printable.ts'
import { costsOf } from './profile.ts'
import type { Redactor } from './redact.ts'

/** Collects a run and writes it as one JSON document when it has ended; schema 1 of `docs/json.md`. */
export class JsonSink implements Sink {
  readonly #tasks: unknown[] = []
  readonly #redactor: Redactor
  readonly #output: Output
  readonly #profile: boolean
  #dryRun = false

  /** `profile` adds to each task what it has cost. */
  constructor(redactor: Redactor, output: Output, { profile = false } = {}) {
    this.#redactor = redactor
    this.#output = output
    this.#profile = profile
  }

  emit(event: Event): void {
    if (event.kind === 'run started') this.#dryRun = event.dryRun
    if (event.kind === 'warning') this.#warn(event)
    // Before a diff is made of it, which hides old secrets where new ones are hidden.
    if (event.kind === 'task done') {
      const report = this.#redactor.redactAll(event.report) as TaskReport
      this.#tasks.push({
        ...taskOf(report),
        ...(this.#profile ? { profile: costsOf(report) } : {}),
      })
    }
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
    this.#output.write(jsonText(this.#redactor.redactAll(document)))
  }

  #warn({ message, at }: { message: string; at: Position | undefined }): void {
    const place = at === undefined ? '' : `${formatPosition(at)}: `
    this.#output.warn(`warning: ${printable(this.#redactor.redact(`${place}${message}`))}\n`)
  }
}

interface Output {
  /** For the document, standard output. */
  readonly write: (text: string) => void
  /** For warnings, which are no part of it. */
  readonly warn: (text: string) => void
}

/** A document as people read it too, with nothing in it that a terminal obeys. */
export const jsonText = (document: unknown): string =>
  `${JSON.stringify(document, undefined, 2).replaceAll(UNPRINTABLE, escaped)}\n`

/** What JSON itself leaves as it is, and a terminal may obey. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

const taskOf = (report: TaskReport): object => ({
  play: report.play,
  task: report.role === undefined ? report.task : `${report.role} : ${report.task}`,
  at: formatPosition(report.at),
  host: report.host,
  status: report.status,
  item: report.item,
  handler: report.handler,
  changes: report.changes.map(({ summary, diff }) => ({
    summary,
    diff: diff === undefined ? null : renderDiff(diff) || null,
  })),
  message: report.message,
  ...(report.code === undefined ? {} : { code: report.code }),
  ...(report.forgiven === undefined ? {} : { forgiven: report.forgiven }),
  ...(report.planned === undefined ? {} : { planned: report.planned }),
  ms: report.ms,
})
