import { formatPosition } from '../core/error.ts'
import type { Event, RunSummary, Sink, TaskReport } from '../core/event.ts'
import type { Detail } from './detail.ts'
import { shortList } from './names.ts'
import { Outlook } from './outlook.ts'
import { printable } from './printable.ts'
import type { Redactor } from './redact.ts'
import { recap } from './recap.ts'
import { TaskView } from './taskview.ts'

/** Shows a task while it goes on; given its view and what tells that it is over. */
export interface Stage {
  show(view: TaskView, over: Promise<void>): Promise<void>
}

/** The task that goes on. */
interface Current {
  readonly view: TaskView
  readonly end: () => void
  /** Ends its animation before the task ends, for a question. */
  readonly still: () => void
  /** Until what was before it is written and its animation has ended. */
  readonly staged: Promise<void>
}

/** Writes a run as lines, task by task; a stage may animate the task that is going on. */
export class LinesSink implements Sink {
  readonly #redactor: Redactor
  readonly #write: (text: string) => void
  readonly #detail: Detail
  readonly #stage: Stage | undefined
  #current: Current | undefined
  #shown: Promise<void> = Promise.resolve()
  #hosts: readonly string[] = []
  /** What a dry run has found. */
  #outlook: Outlook | undefined

  constructor(options: {
    redactor: Redactor
    write: (text: string) => void
    detail: Detail
    stage?: Stage
  }) {
    this.#redactor = options.redactor
    this.#write = options.write
    this.#detail = options.detail
    this.#stage = options.stage
  }

  emit(event: Event): void {
    const { paint } = this.#detail
    switch (event.kind) {
      case 'run started':
        if (event.dryRun) this.#outlook = new Outlook(this.#detail)
        if (event.dryRun) this.#line(paint('bold', 'Dry run: nothing is changed.'))
        return
      case 'play started':
        this.#endTask()
        this.#hosts = event.hosts
        this.#line(
          `\n${paint('bold', event.play)}  ${paint('dim', this.#named(event.hosts) || 'no hosts')}`,
        )
        return
      case 'task started':
        this.#endTask()
        this.#begin(
          `${event.handler ? 'handler ' : ''}${event.role === undefined ? '' : `${event.role} : `}${event.task}`,
          event,
        )
        return
      case 'task done':
        // Before anything is cut or escaped: a part of a secret is not known again.
        this.#done(this.#redactor.redactAll(event.report) as TaskReport)
        return
      case 'said':
        this.#current?.view.said.push({ ...event, text: this.#redactor.redact(event.text) })
        return
      case 'warning':
        this.#line(
          paint(
            'yellow',
            `warning: ${event.at === undefined ? '' : `${formatPosition(event.at)}: `}${printable(event.message)}`,
          ),
        )
        return
      case 'run ended':
        this.#endTask()
        this.#end(event.summary)
    }
  }

  #done(report: TaskReport): void {
    this.#current?.view.reports.push(report)
    this.#outlook?.note(report)
  }

  #end(summary: RunSummary): void {
    for (const line of this.#outlook?.lines(summary) ?? []) this.#line(line)
    for (const line of recap(summary, this.#detail.paint)) this.#line(line)
    if (this.#outlook !== undefined) this.#line(this.#outlook.advice(summary))
  }

  #named(hosts: readonly string[]): string {
    return shortList(hosts, 'hosts', this.#detail.verbosity > 0 ? 'all' : 'few')
  }

  /** Resolves when a question can be asked: all that is over is written, nothing moves. */
  async stillness(): Promise<void> {
    this.#current?.still()
    await (this.#current?.staged ?? this.#shown)
  }

  /** Resolves when everything has been written. */
  async finished(): Promise<void> {
    this.#endTask()
    await this.#shown
  }

  #begin(title: string, { at, hosts }: Event & { kind: 'task started' }): void {
    const shown = printable(this.#redactor.redact(title))
    const view = new TaskView(shown, { at, hosts: this.#hosts, runners: hosts })
    let end = (): void => undefined
    const over = new Promise<void>(resolve => (end = resolve))
    let still = (): void => undefined
    const asked = new Promise<void>(resolve => (still = resolve))
    const staged = this.#shown.then(() => this.#stage?.show(view, Promise.race([over, asked])))
    this.#current = { view, end, still, staged }
    this.#shown = staged.then(async () => {
      await over
      this.#print(view)
    })
  }

  #endTask(): void {
    this.#current?.end()
    this.#current = undefined
  }

  #print(view: TaskView): void {
    const { paint } = this.#detail
    const place = this.#detail.verbosity > 0 ? paint('dim', `  ${formatPosition(view.at)}`) : ''
    const mark = view.isQuiet ? paint('green', '·') : paint('bold', '▸')
    this.#put(`${mark} ${view.title}  ${view.outcome(this.#detail)}${place}`)
    for (const line of view.details(this.#detail)) this.#put(line)
  }

  #line(text: string): void {
    this.#shown = this.#shown.then(() => {
      this.#put(text)
    })
  }

  #put(text: string): void {
    this.#write(`${this.#redactor.redact(text)}\n`)
  }
}
