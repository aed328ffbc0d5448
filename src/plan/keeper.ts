import { formatPosition, UserError } from '../core/error.ts'
import { Refusal, type Overseer, type OverseenTurn, type TurnAt } from '../core/overseer.ts'
import type { HostLost } from '../core/wire.ts'
import { freeTurn, KeptTurn, type Keeper, type Keeping } from './keptturn.ts'
import { isCertain, placeOf, type PlannedTurn } from './turns.ts'

/** What a plan is kept with. */
export interface KeeperOptions extends Keeping {
  /** Every host that was planned, and why it may not take part; undefined for one that may. */
  readonly hosts: ReadonlyMap<string, UserError | HostLost | undefined>
}

/** Lets a real run do what was planned and nothing else; what differs stops the host it is on. */
export class PlanKeeper implements Overseer {
  readonly #turns: ReadonlyMap<string, readonly PlannedTurn[]>
  readonly #options: KeeperOptions
  readonly #hosts = new Map<string, HostKeeper>()

  /** `turns` are those of a dry run just now, which was found equal to the saved plan. */
  constructor(turns: ReadonlyMap<string, readonly PlannedTurn[]>, options: KeeperOptions) {
    this.#turns = turns
    this.#options = options
  }

  refusalOf(host: string): UserError | HostLost | undefined {
    if (this.#options.hosts.has(host)) return this.#options.hosts.get(host)
    return new UserError('E_PLAN_DIFFERS', `the plan does not know of the host "${host}"`)
  }

  begin(turn: TurnAt): OverseenTurn {
    return this.#of(turn.host).begin(turn)
  }

  leftUndone(host: string): UserError | undefined {
    return this.#of(host).leftUndone()
  }

  #of(host: string): HostKeeper {
    let keeper = this.#hosts.get(host)
    if (keeper === undefined) {
      keeper = new HostKeeper(this.#turns.get(host) ?? [], this.#options)
      this.#hosts.set(host, keeper)
    }
    return keeper
  }
}

/** Follows one host through its plan. */
class HostKeeper implements Keeper {
  readonly #turns: readonly PlannedTurn[]
  readonly #keeping: Keeping
  readonly #done: string[] = []
  /** Index of the planned turn after the one that had its turn last. */
  #next = 0
  /** Tasks were included that nobody could foresee; the handlers they notify are none the less. */
  #wasOpen = false
  #hasFailed = false

  constructor(turns: readonly PlannedTurn[], keeping: Keeping) {
    this.#turns = turns
    this.#keeping = keeping
  }

  begin(turn: TurnAt): OverseenTurn {
    this.#hasFailed ||= turn.afterFailure
    if (turn.isUnforeseen) {
      this.#wasOpen = true
      return freeTurn(turn, this)
    }
    const index = this.#turns.findIndex((planned, i) => i >= this.#next && isOf(planned, turn))
    const planned = this.#turns[index]
    if (planned === undefined) {
      if (turn.handler && this.#wasOpen) return freeTurn(turn, this)
      return this.#kept(turn, { ...UNPLANNED, at: turn })
    }
    const missed = this.#missedBefore(index)
    if (missed !== undefined) throw this.refusal(turn, [MISSED, ...told(missed)])
    // A loop of which nobody knew the items has one planned turn for all of them.
    this.#next = planned.at.item === turn.item ? index + 1 : index
    return this.#kept(turn, planned)
  }

  #kept(turn: TurnAt, planned: PlannedTurn): OverseenTurn {
    return new KeptTurn(turn, planned, { keeping: this.#keeping, host: this })
  }

  /** After a failure not all that was planned comes to its turn. */
  #missedBefore(index: number): PlannedTurn | undefined {
    return this.#hasFailed ? undefined : this.#turns.slice(this.#next, index).find(isCertain)
  }

  leftUndone(): UserError | undefined {
    const missed = this.#missedBefore(this.#turns.length)
    return missed === undefined ? undefined : this.#error([MISSED, ...told(missed)], undefined)
  }

  begins({ task, at, item }: TurnAt): void {
    const number = item === undefined ? '' : `, item ${item + 1}`
    this.#done.push(`"${task}" (${formatPosition(at)}${number})`)
  }

  refusal({ at }: TurnAt, lines: readonly string[]): Refusal {
    return new Refusal(this.#error(lines, at))
  }

  #error(lines: readonly string[], at: TurnAt['at'] | undefined): UserError {
    const done = this.#done.length === 0 ? 'nothing' : this.#done.join(', ')
    const message = ['this is not what was planned', ...lines, `done before: ${done}`]
    return new UserError('E_PLAN_DIFFERS', message.join('\n  '), {
      at,
      hint: 'look at the difference, then plan again',
    })
  }
}

const MISSED = 'something that was planned did not come to its turn'

const UNPLANNED = {
  kind: 'certain',
  changes: [],
  reach: [],
  report: undefined,
} as const

/** Whether a planned turn is the one of this task and item. */
const isOf = ({ at, kind, changes }: PlannedTurn, turn: TurnAt): boolean =>
  placeOf(at) === placeOf(turn) &&
  (at.item === turn.item || (at.item === undefined && kind === 'maybe' && changes?.length !== 0))

/** What a planned turn is called, nothing of what its task hides. */
const told = ({ at, changes = [] }: PlannedTurn): readonly string[] => [
  `planned: "${at.task}" (${formatPosition(at.at)})`,
  ...(at.isHidden ? [] : changes.map(({ summary }) => `  ${summary}`)),
]
