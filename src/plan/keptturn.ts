import type { Scope } from '../core/change.ts'
import type { Status } from '../core/event.ts'
import type { OverseenTurn, Planned, Refusal, TurnAt, Working } from '../core/overseer.ts'
import type { Redactor } from '../report/redact.ts'
import { contrast, type Done } from './differences.ts'
import { diffLines } from './entry.ts'
import { isAsPlanned, type Settled } from './identity.ts'
import { plannedChanges } from './recorder.ts'
import { altering, covers, isCertain, type PlannedChange, type PlannedTurn } from './turns.ts'

/** What a plan is compared with. */
export interface Keeping {
  readonly settled: Settled
  readonly redactor: Redactor
}

/** What a turn tells its host's keeper. */
export interface Keeper {
  /** The turn's changes are as planned and are about to be carried out. */
  begins(turn: TurnAt): void
  /** The error of a turn that is not as planned. */
  refusal(turn: TurnAt, lines: readonly string[]): Refusal
}

/** A turn of a real run, of which the plan knows what it may do. */
export class KeptTurn implements OverseenTurn {
  readonly #at: TurnAt
  readonly #planned: PlannedTurn
  readonly #keeping: Keeping
  readonly #host: Keeper
  #tries = 0

  constructor(
    at: TurnAt,
    planned: PlannedTurn,
    { keeping, host }: { keeping: Keeping; host: Keeper },
  ) {
    this.#at = at
    this.#planned = planned
    this.#keeping = keeping
    this.#host = host
  }

  get isOpen(): boolean {
    return this.#planned.kind === 'maybe' && this.#planned.changes === undefined
  }

  planned({ changes, reach }: Planned, working: Working): void {
    const now = plannedChanges(changes, working, this.#keeping.settled)
    if (!this.#allows(now, reach)) throw this.#differs(now)
    this.#tries++
    if (now.length > 0 && !working.dry) this.#host.begins(this.#at)
  }

  #allows(now: readonly PlannedChange[], reach: Scope): boolean {
    const { kind, changes: known, reach: possible } = this.#planned
    if (known === undefined) return now.length === 0 || covers(possible, reach)
    const isPart = now.every(change => known.some(planned => isSame(planned, change)))
    // What a try has left undone, the next one makes good.
    if (kind === 'done while planning' || this.#tries > 0) return isPart
    return areSame(known, now) || (kind === 'maybe' && now.length === 0)
  }

  unsure(): void {
    // Only a task that is planned and not carried out (`check_mode: true`) leaves doubts in a real run.
  }

  over(status: Status): void {
    const isFailure = status === 'failed' || status === 'unreachable'
    if (!isFailure && this.#tries === 0 && isCertain(this.#planned)) throw this.#differs([])
  }

  reported(): void {
    // The report goes its own way.
  }

  #differs(now: readonly PlannedChange[]): Refusal {
    if (this.#at.isHidden) return this.#host.refusal(this.#at, [UNTOLD])
    const isMaybe = this.#planned.kind === 'maybe'
    const [before, after] = contrast(
      this.#done(this.#planned.changes ?? [], isMaybe),
      this.#done(now, false),
    )
    return this.#host.refusal(this.#at, [`planned: ${before}`, `now: ${after}`])
  }

  #done(changes: readonly PlannedChange[], isMaybe: boolean): Done {
    const { redactor } = this.#keeping
    return {
      isMaybe,
      failure: null,
      changes: changes.map(({ summary, diff }) => ({
        summary: redactor.redact(summary),
        diff: diff === undefined ? null : diffLines(diff, redactor),
      })),
    }
  }
}

const UNTOLD = "this task's `no_log` hides what is another"

const areSame = (planned: readonly PlannedChange[], now: readonly PlannedChange[]): boolean =>
  planned.length === now.length && planned.every((change, index) => isSame(change, now[index]))

const isSame = (planned: PlannedChange, now: PlannedChange | undefined): boolean =>
  now !== undefined && isAsPlanned(planned.identity, now.identity)

/** A turn that nobody could foresee: the plan has said that anything may happen there. */
export const freeTurn = (at: TurnAt, host: Keeper): OverseenTurn => ({
  isOpen: false,
  planned({ changes }, { dry }) {
    if (altering(changes).length > 0 && !dry) host.begins(at)
  },
  unsure() {
    // As above.
  },
  over() {
    // It may end as it likes.
  },
  reported() {
    // The report goes its own way.
  },
})
