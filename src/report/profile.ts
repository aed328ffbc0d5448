import { formatPosition } from '../core/error.ts'
import { NO_COST, type Cost, type Event, type Sink, type TaskReport } from '../core/event.ts'
import { groupBy } from '../core/group.ts'
import type { Paint } from './colour.ts'
import { printable } from './printable.ts'
import type { Redactor } from './redact.ts'

/** What a task cost, with the milliseconds in our own process. */
export type Costs = Cost & { readonly ownMs: number }

/** Whole milliseconds; what neither the wire nor the machine took is ours. */
export const costsOf = ({ ms, cost = NO_COST }: Pick<TaskReport, 'ms' | 'cost'>): Costs => {
  const [wireMs, remoteMs] = [Math.round(cost.wireMs), Math.round(cost.remoteMs)]
  return { ...cost, wireMs, remoteMs, ownMs: Math.max(0, ms - wireMs - remoteMs) }
}

interface Row extends Costs {
  readonly host: string
  readonly task: string
}

/** Collects what each task cost on each host, for a table once the run has ended. */
export class Profile implements Sink {
  readonly #rows: Row[] = []
  readonly #redactor: Redactor

  constructor(redactor: Redactor) {
    this.#redactor = redactor
  }

  emit(event: Event): void {
    if (event.kind !== 'task done') return
    const { report } = event
    const name = report.role === undefined ? report.task : `${report.role} : ${report.task}`
    const task = printable(this.#redactor.redact(`${name} (${formatPosition(report.at)})`))
    this.#rows.push({ host: report.host, task, ...costsOf(report) })
  }

  /** The table, the dearest first, items of a loop together; then what each host cost. */
  lines(paint: Paint): readonly string[] {
    const tasks = groupBy(this.#rows, ({ host, task }) => `${host}\0${task}`)
    const hosts = groupBy(this.#rows, ({ host }) => host)
    const rows = [
      ...[...tasks.values()].map(sum).toSorted((a, b) => total(b) - total(a)),
      ...[...hosts.values()].map(own => ({ ...sum(own), task: 'all tasks' })),
    ]
    const cells = [TITLES, ...rows.map(cellsOf)]
    const widths = TITLES.map((_, i) => Math.max(...cells.map(row => row[i]?.length ?? 0)))
    const lines = cells.map(row =>
      row.map((cell, i) => aligned(cell, i, widths[i] ?? 0)).join('  '),
    )
    return ['', ...lines.map((line, i) => (i === 0 ? paint('bold', line) : line).trimEnd())]
  }
}

const TITLES = ['total ms', 'wire', 'remote', 'own', 'sent B', 'received', 'trips', 'host', 'task']
/** The texts; numbers before them stand at the right. */
const FIRST_TEXT = TITLES.indexOf('host')

const aligned = (cell: string, column: number, width: number): string =>
  column < FIRST_TEXT ? cell.padStart(width) : cell.padEnd(width)

const total = ({ wireMs, remoteMs, ownMs }: Costs): number => wireMs + remoteMs + ownMs

const cellsOf = (row: Row): readonly string[] => [
  ...[total(row), row.wireMs, row.remoteMs, row.ownMs].map(String),
  ...[row.sentBytes, row.receivedBytes, row.roundTrips].map(String),
  row.host,
  row.task,
]

const sum = (rows: readonly [Row, ...Row[]]): Row =>
  rows.reduce((all, row) => ({
    ...all,
    wireMs: all.wireMs + row.wireMs,
    remoteMs: all.remoteMs + row.remoteMs,
    ownMs: all.ownMs + row.ownMs,
    sentBytes: all.sentBytes + row.sentBytes,
    receivedBytes: all.receivedBytes + row.receivedBytes,
    roundTrips: all.roundTrips + row.roundTrips,
  }))
