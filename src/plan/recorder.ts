import { isUnproved, type Change } from '../core/change.ts'
import { concealDiff } from '../core/conceal.ts'
import { formatPosition } from '../core/error.ts'
import type { Event, RunSummary, Sink, TaskReport } from '../core/event.ts'
import type {
  Overseer,
  OverseenTurn,
  Planned,
  Possible,
  TurnAt,
  Working,
} from '../core/overseer.ts'
import { identityOf, type Settled } from './identity.ts'
import { altering, type PlannedChange, type PlannedTurn } from './turns.ts'

/** A task, handler or include as the run came to it, with what it did on all hosts. */
export interface Step {
  readonly play: number
  readonly task: string
  readonly role: string | undefined
  readonly at: TaskReport['at']
  readonly handler: boolean
  readonly done: readonly Reported[]
}

/** A report with the turn that it is of; without one where nothing had its turn, as for a bad file. */
export interface Reported {
  readonly report: TaskReport
  readonly turn: PlannedTurn | undefined
}

/** Watches a dry run: what it plans in every turn, and what it reports. */
export class Recorder implements Overseer, Sink {
  readonly plays: { readonly name: string; readonly hosts: readonly string[] }[] = []
  readonly steps: (Step & { readonly done: Reported[] })[] = []
  readonly warnings: string[] = []
  summary: RunSummary | undefined
  readonly #turns = new Map<string, Recorded[]>()
  readonly #byReport = new Map<TaskReport, Recorded>()
  readonly #settled: Settled

  constructor(settled: Settled) {
    this.#settled = settled
  }

  /** Every host's turns in order, those that change nothing too. */
  get turns(): ReadonlyMap<string, readonly PlannedTurn[]> {
    return this.#turns
  }

  refusalOf(): undefined {
    return undefined
  }

  begin(at: TurnAt): OverseenTurn {
    const turn = new Recorded(at, this.#settled, report => this.#byReport.set(report, turn))
    const turns = this.#turns.get(at.host)
    if (turns === undefined) this.#turns.set(at.host, [turn])
    else turns.push(turn)
    return turn
  }

  leftUndone(): undefined {
    return undefined
  }

  emit(event: Event): void {
    if (event.kind === 'play started') this.plays.push({ name: event.play, hosts: event.hosts })
    if (event.kind === 'task started')
      this.steps.push({
        play: this.plays.length - 1,
        task: event.task,
        role: event.role,
        at: event.at,
        handler: event.handler,
        done: [],
      })
    if (event.kind === 'task done')
      this.steps.at(-1)?.done.push({
        report: event.report,
        turn: this.#byReport.get(event.report),
      })
    if (event.kind === 'warning')
      this.warnings.push(
        `${event.at === undefined ? '' : `${formatPosition(event.at)}: `}${event.message}`,
      )
    if (event.kind === 'run ended') this.summary = event.summary
  }
}

class Recorded implements OverseenTurn, PlannedTurn {
  readonly at: TurnAt
  readonly isOpen = false
  kind: PlannedTurn['kind'] = 'certain'
  changes: readonly PlannedChange[] | undefined = []
  reach: PlannedTurn['reach'] = []
  report: TaskReport | undefined
  readonly #settled: Settled
  readonly #reported: (report: TaskReport) => void

  constructor(at: TurnAt, settled: Settled, reported: (report: TaskReport) => void) {
    this.at = at
    this.#settled = settled
    this.#reported = reported
  }

  planned({ changes }: Planned, working: Working): void {
    this.kind = working.dry ? 'certain' : 'done while planning'
    this.changes = plannedChanges(changes, working, this.#settled)
  }

  unsure({ changes, scopes }: Possible, working: Working | undefined): void {
    this.kind = 'maybe'
    this.reach = scopes
    this.changes =
      changes === undefined ? undefined : plannedChanges(changes, working, this.#settled)
  }

  over(): void {
    // A dry run is recorded as it comes.
  }

  reported(report: TaskReport): void {
    this.report = report
    this.#reported(report)
  }
}

/** Those of the changes that alter something, ready to be compared. */
export const plannedChanges = (
  changes: readonly Change[],
  working: Working | undefined,
  settled: Settled,
): readonly PlannedChange[] =>
  altering(changes).map(change => ({
    identity: identityOf(change, working, settled),
    summary: change.summary,
    diff: change.diff === undefined ? undefined : concealDiff(change.diff),
    unproved: isUnproved(change),
  }))
