import type { RunSummary, TaskReport } from '../core/event.ts'
import { groupBy } from '../core/group.ts'
import type { Detail } from './detail.ts'
import { shortList } from './names.ts'
import { printable } from './printable.ts'

/** Longer lists of what would change are cut: all of it stands above. */
const MOST_LINES = 15

/** One thing that a real run would do on a host, or may. */
interface Entry {
  readonly text: string
  readonly isCertain: boolean
}

/** What a dry run has found, host by host, for its end. */
export class Outlook {
  readonly #detail: Detail
  readonly #byHost = new Map<string, Entry[]>()
  #wasCarriedOut = false

  constructor(detail: Detail) {
    this.#detail = detail
  }

  /** Takes a report in; its secrets are masked already. */
  note(report: TaskReport): void {
    const { host, status, planned } = report
    if (status === 'changed' && planned === false) this.#wasCarriedOut = true
    const entries = this.#byHost.get(host) ?? []
    this.#byHost.set(host, entries)
    if (status === 'changed' || status === 'maybe')
      entries.push({ text: textOf(report), isCertain: status === 'changed' })
  }

  /** What would change, hosts with the same together. */
  lines({ hosts }: Pick<RunSummary, 'hosts'>): readonly string[] {
    const { paint } = this.#detail
    const all = [...hosts.keys()].map(host => [host, this.#byHost.get(host) ?? []] as const)
    const groups = groupBy(
      all.filter(([, entries]) => entries.length > 0),
      ([, entries]) => JSON.stringify(entries),
    )
    if (groups.size === 0) return []
    return [
      '',
      paint('bold', 'What a run would change'),
      ...[...groups.values()].flatMap(group => {
        const names = group.map(([host]) => host)
        return this.#linesOf(names, group[0][1])
      }),
    ]
  }

  #linesOf(hosts: readonly string[], entries: readonly Entry[]): readonly string[] {
    const { paint, verbosity } = this.#detail
    const sure = entries.filter(({ isCertain }) => isCertain)
    const possible = entries.filter(({ isCertain }) => !isCertain)
    const all = [
      ...sure.map(({ text }) => `    ${text}`),
      ...possible.map(({ text }) => paint('magenta', `    perhaps ${text}`)),
    ]
    const isCut = verbosity === 0 && all.length > MOST_LINES + 1
    const shown = isCut ? all.slice(0, MOST_LINES) : all
    const named = shortList(hosts, 'hosts', verbosity > 0 ? 'all' : 'few')
    return [
      `  ${paint('bold', named)}: ${counted(sure.length, possible.length)}`,
      ...shown,
      ...(isCut ? [paint('dim', `    … and ${all.length - MOST_LINES} more, see above`)] : []),
    ]
  }

  /** What to do now. */
  advice({ hosts, interrupted }: RunSummary): string {
    const counts = [...hosts.values()]
    if (interrupted) return 'Nothing is known of what would have come after.'
    if (counts.some(({ failed, unreachable }) => failed + unreachable > 0))
      return 'Where a host failed, nothing is known of what would have come after: mend that first.'
    if (![...this.#byHost.values()].some(entries => entries.length > 0))
      return 'Nothing would change.'
    const except = this.#wasCarriedOut ? ', but by tasks with "check_mode: false"' : ''
    const { toApply = 'run the same command without --dry-run' } = this.#detail
    return `Nothing was changed${except}. To apply this, ${printable(toApply)}.`
  }
}

const counted = (sure: number, possible: number): string => {
  const parts = [
    ...(sure > 0 ? [`${sure} ${sure === 1 ? 'change' : 'changes'}`] : []),
    ...(possible > 0 ? [`${possible} possible`] : []),
  ]
  return parts.join(', ')
}

/** What is changed; where that is not known, which task it is. */
const textOf = ({ task, role, item, changes }: TaskReport): string => {
  const known = changes.map(({ summary }) => summary).join('; ')
  const title = role === undefined ? task : `${role} : ${task}`
  const text = known === '' ? `${title}${item === null ? '' : ` (${item})`}` : known
  return printable(text.replaceAll(/\s+/g, ' '))
}
