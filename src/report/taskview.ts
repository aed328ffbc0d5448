import { formatPosition } from '../core/error.ts'
import type { Position } from '../core/error.ts'
import type { Status, TaskReport } from '../core/event.ts'
import { groupBy } from '../core/group.ts'
import { paintStatus, type Paint } from './colour.ts'
import { renderDiff } from './diff.ts'
import { printable } from './printable.ts'
import { shownDiff, type DiffLength } from './showndiff.ts'

/** How much a report shows. */
export interface Detail {
  readonly diff: 'none' | DiffLength
  readonly verbosity: number
  readonly paint: Paint
}

/** One task on its hosts, as far as it has come. */
export class TaskView {
  readonly #hosts: readonly string[]
  readonly title: string
  readonly at: Position
  readonly reports: TaskReport[] = []
  readonly said: { readonly host: string; readonly text: string }[] = []

  constructor(title: string, at: Position, hosts: readonly string[]) {
    this.title = title
    this.at = at
    this.#hosts = hosts
  }

  /** The reports with hosts in the play's order, whoever came first. */
  get #ordered(): readonly TaskReport[] {
    return this.reports.toSorted((a, b) => this.#place(a.host) - this.#place(b.host))
  }

  #place(host: string): number {
    return this.#hosts.indexOf(host)
  }

  /** Nothing that anybody must see: all ok or skipped, nothing said. */
  get isQuiet(): boolean {
    return (
      this.said.length === 0 &&
      this.reports.every(({ status }) => status === 'ok' || status === 'skipped')
    )
  }

  /** `web1, web2 changed · lb1 ok`, the hosts under the worst that any of their items came to. */
  outcome(paint: Paint): string {
    const byHost = new Map<string, Status>()
    for (const { host, status } of this.#ordered) {
      const known = byHost.get(host)
      if (known === undefined || ORDER.indexOf(status) > ORDER.indexOf(known))
        byHost.set(host, status)
    }
    const groups = [...groupBy(byHost.keys(), host => byHost.get(host) ?? 'ok')]
    return groups
      .sort(([a], [b]) => ORDER.indexOf(b) - ORDER.indexOf(a))
      .map(([status, hosts]) => paintStatus(paint, status, `${status}: ${hosts.join(', ')}`))
      .join('  ')
  }

  /** What changed or went wrong, hosts with the same of it together. */
  details({ diff, verbosity, paint }: Detail): string[] {
    const shown = this.#ordered.filter(
      ({ status }) => verbosity > 0 || (status !== 'ok' && status !== 'skipped'),
    )
    const groups = groupBy(shown, sameness)
    return [
      ...[...groupBy(this.said, ({ text }) => text)].map(([text, by]) =>
        indent(`${by.map(({ host }) => host).join(', ')}: ${printable(text)}`),
      ),
      ...[...groups.values()].flatMap(group => describe(group, { diff, verbosity, paint })),
    ]
  }
}

const ORDER: readonly Status[] = ['skipped', 'ok', 'changed', 'maybe', 'failed', 'unreachable']

/** Reports that read the same are shown once, whatever stands in the parts that a diff leaves out. */
const sameness = ({ status, item, message, changes }: TaskReport): string =>
  JSON.stringify([
    status,
    item,
    message,
    changes.map(({ summary, diff, unproved }) => [
      summary,
      unproved,
      diff === undefined ? null : renderDiff(diff),
    ]),
  ])

const describe = (group: readonly [TaskReport, ...TaskReport[]], detail: Detail): string[] => {
  const [first] = group
  const { paint } = detail
  const hosts = group.map(({ host }) => host).join(', ')
  const item = first.item === null ? '' : ` (${printable(oneLine(first.item))})`
  const unproved =
    first.changes.some(change => change.unproved) && first.status === 'changed'
      ? paint('dim', ' (unproved)')
      : ''
  const summaries = first.changes.map(({ summary }) => printable(summary)).join('; ')
  const forgiven = first.forgiven === undefined ? '' : ` (${first.forgiven})`
  const head = `${paintStatus(paint, first.status)}${forgiven} ${hosts}${item}${summaries === '' ? '' : `: ${summaries}`}${unproved}`
  return [
    indent(head),
    ...messageLines(first, paint),
    ...diffLines(first, detail),
    ...resultLines(first, detail),
  ]
}

const messageLines = ({ message, status, hint, code, at }: TaskReport, paint: Paint): string[] => {
  if (message === null || (status === 'skipped' && message === '')) return []
  const failed = status === 'failed' || status === 'unreachable'
  const text = printable(message)
  const placed = failed && !text.startsWith(at.file) ? `${formatPosition(at)}: ${text}` : text
  const lines = [
    indent(`${failed ? paint('red', placed) : placed}${code === undefined ? '' : ` [${code}]`}`, 4),
  ]
  if (hint !== undefined) lines.push(indent(`hint: ${printable(hint)}`, 4))
  return lines
}

const diffLines = ({ changes }: TaskReport, { diff: length, paint }: Detail): string[] =>
  length === 'none'
    ? []
    : changes.flatMap(({ diff }) =>
        diff === undefined ? [] : shownDiff(diff, length, paint).map(line => indent(line, 4)),
      )

const resultLines = ({ result }: TaskReport, { verbosity }: Detail): string[] =>
  verbosity > 1 && result !== undefined && result !== null
    ? [indent(printable(JSON.stringify(result, undefined, 2)), 4)]
    : []

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 120)

const indent = (text: string, width = 2): string =>
  text
    .split('\n')
    .map(line => `${' '.repeat(width)}${line}`)
    .join('\n')
