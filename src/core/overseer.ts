import type { Change, Scope } from './change.ts'
import type { Position, UserError } from './error.ts'
import type { Status, TaskReport } from './event.ts'
import type { HostLost } from './wire.ts'

/** Whose turn it is: a task's on a host, or one item's of its loop there. */
export interface TurnAt {
  readonly host: string
  /** Where the play stands, and the task. */
  readonly play: Position
  readonly at: Position
  readonly handler: boolean
  /** The item's number from 0; undefined without a loop. */
  readonly item: number | undefined
  /** The task's name as it is written. */
  readonly task: string
  /** Reports tell nothing of what the task does (`no_log`). */
  readonly isHidden: boolean
  /** Brought along by an include of which a dry run could not know what it brings. */
  readonly isUnforeseen: boolean
  /** Something has failed on the host before, so that not all that was planned comes to its turn. */
  readonly afterFailure: boolean
}

/** On which machine and as whom a task works, and whether it is carried out. */
export interface Working {
  /** The inventory's name of the machine: the host's own, or its delegate's. */
  readonly on: string
  readonly user: string | undefined
  /** A dry run, or `check_mode: true`. */
  readonly dry: boolean
}

/** What a task is about to do, and what its largest change could touch. */
export interface Planned {
  readonly changes: readonly Change[]
  readonly reach: Scope
}

/** What a task would do if it ran, or at least what that could touch. */
export interface Possible {
  /** Undefined when they cannot be known. */
  readonly changes: readonly Change[] | undefined
  readonly scopes: readonly Scope[]
}

/** Of what nobody can foresee. */
export const ANYTHING: Possible = { changes: undefined, scopes: ['everything'] }
/** Of what touches no machine itself, whatever it comes to. */
export const NOTHING: Possible = { changes: [], scopes: [] }

/** Sees all that a run plans on its hosts before any of it is done, and may refuse it. */
export interface Overseer {
  /** Why a host may do nothing in this run; asked before its first task. */
  refusalOf(host: string): UserError | HostLost | undefined
  /** Throws Refusal. */
  begin(turn: TurnAt): OverseenTurn
  /** What the host has left undone, asked when the run has ended. */
  leftUndone(host: string): UserError | undefined
}

/** One turn, from its beginning to its report. */
export interface OverseenTurn {
  /** Nobody could know what this include brings along. */
  readonly isOpen: boolean
  /** What the module plans, at each try, before anything of it is done. Throws Refusal. */
  planned(planned: Planned, working: Working): void
  /** Nobody can be certain; what was planned in this turn before counts no more. */
  unsure(possible: Possible, working: Working | undefined): void
  /** How it ended. Throws Refusal. */
  over(status: Status): void
  reported(report: TaskReport): void
}

/** Thrown by an overseer: the host does nothing more in this run, whatever forgives failures. */
export class Refusal extends Error {
  readonly reason: UserError | HostLost

  constructor(reason: UserError | HostLost) {
    super(reason.message, { cause: reason })
    this.name = 'Refusal'
    this.reason = reason
  }
}
