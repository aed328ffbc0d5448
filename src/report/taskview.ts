import type { Position } from '../core/error.ts'
import type { Status, TaskReport } from '../core/event.ts'
import { groupBy } from '../core/group.ts'
import { paintStatus } from './colour.ts'
import { allNamed, statusWord, type Detail } from './detail.ts'
import { describe, indent, type Group } from './details.ts'
import { renderDiff } from './diff.ts'
import { shortList } from './names.ts'
import { printable } from './printable.ts'

interface ViewOf {
  readonly at: Position
  /** The play's, in its order. */
  readonly hosts: readonly string[]
  /** Those that have a turn with the task, where that is known. */
  readonly runners?: readonly string[] | undefined
}

/** Hosts that are named while they alone are still at a task. */
const MOST_AWAITED = 3

/** One task on its hosts, as far as it has come. */
export class TaskView {
  readonly #hosts: readonly string[]
  readonly #runners: readonly string[]
  readonly title: string
  readonly at: Position
  readonly reports: TaskReport[] = []
  readonly said: { readonly host: string; readonly text: string }[] = []

  constructor(title: string, { at, hosts, runners = [] }: ViewOf) {
    this.title = title
    this.at = at
    this.#hosts = hosts
    this.#runners = runners
  }

  /** `Nginx is installed  (2 done, waiting for web3)`. */
  get progress(): string {
    const done = new Set(this.reports.map(({ host }) => host))
    if (done.size === 0) return this.title
    const left = this.#runners.filter(host => !done.has(host))
    const isFew = left.length > 0 && left.length <= MOST_AWAITED
    const waiting = isFew ? `, waiting for ${left.join(', ')}` : ''
    return `${this.title}  (${done.size} done${waiting})`
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

  /** `changed: web1, web2  ok: lb1`, the hosts under the worst that any of their items came to. */
  outcome(detail: Detail): string {
    if (this.reports.length === 0) return detail.paint('dim', 'nothing to do')
    const worst = new Map<string, TaskReport>()
    for (const report of this.#ordered) {
      const known = worst.get(report.host)
      if (known === undefined || severity(report) > severity(known)) worst.set(report.host, report)
    }
    const groups = [...groupBy(worst.values(), statusWord).entries()]
    return groups
      .toSorted(([, [a]], [, [b]]) => severity(b) - severity(a))
      .map(([word, [first, ...others]]) => {
        const hosts = [first, ...others].map(({ host }) => host)
        const named = shortList(hosts, 'hosts', allNamed(first, detail))
        return paintStatus(detail.paint, first.status, `${word}: ${named}`)
      })
      .join('  ')
  }

  /** What changed or went wrong, hosts and items with the same of it together. */
  details(detail: Detail): string[] {
    const { verbosity } = detail
    const shown = this.#ordered.filter(
      ({ status }) => verbosity > 0 || (status !== 'ok' && status !== 'skipped'),
    )
    const groups = groupsOf(shown)
    return [
      ...[...groupBy(this.said, ({ text }) => text)].map(([text, by]) => {
        const hosts = by.map(({ host }) => host)
        return indent(`${shortList(hosts, 'hosts')}: ${printable(text)}`)
      }),
      // The title has said on which hosts, where it is the same on all that are shown.
      ...groups.flatMap(group => describe(group, detail, groups.length === 1 ? 'told' : 'untold')),
    ]
  }
}

const ORDER: readonly Status[] = ['skipped', 'ok', 'changed', 'maybe', 'failed', 'unreachable']

const severity = ({ status }: TaskReport): number => ORDER.indexOf(status)

/** Hosts with the same report of an item together, then items with the same hosts and the same report. */
const groupsOf = (reports: readonly TaskReport[]): readonly Group[] => {
  const byItem = groupBy(reports, report => JSON.stringify([report.item, sameness(report)]))
  const hosts = [...byItem.values()].map(group => ({
    report: group[0],
    hosts: group.map(({ host }) => host),
  }))
  const merged = groupBy(hosts, one => JSON.stringify([one.hosts, sameness(one.report)]))
  return [...merged.values()].map(group => ({
    ...group[0],
    items: group.flatMap(({ report }) => report.item ?? []),
  }))
}

/** Reports that read the same are shown once, whatever stands in the parts that a diff leaves out. */
const sameness = (report: TaskReport): string =>
  JSON.stringify([
    statusWord(report),
    report.message,
    report.forgiven,
    report.changes.map(({ summary, diff, unproved }) => [
      summary,
      unproved,
      diff === undefined ? null : renderDiff(diff),
    ]),
  ])
