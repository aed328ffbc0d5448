import type { HostCounts } from '../core/event.ts'
import type { As } from '../core/wire.ts'
import { CarriedTurns } from './together/carried.ts'

type Counts = { -readonly [K in keyof HostCounts]: HostCounts[K] }

/** Why a host takes no further part in a play; one that was stopped in none. */
export type Out = 'failed' | 'unreachable' | 'ended' | 'stopped'

/** How sure it is that a handler has to run. */
export type Due = { readonly kind: 'certain' } | { readonly kind: 'maybe'; readonly reason: string }

/** Why a task may fail in a real run. */
export interface Doubt {
  readonly reason: string
  /** Whether failing is what the task is there for, so that what comes after it is in doubt as well. */
  readonly isMeant: boolean
}

/** One inventory host in a run: what it counts and whether it still takes part. */
export class HostRun {
  readonly name: string
  readonly counts: Counts = {
    ok: 0,
    changed: 0,
    maybe: 0,
    skipped: 0,
    failed: 0,
    rescued: 0,
    ignored: 0,
    unreachable: 0,
    unproved: 0,
  }
  /** Handlers due, by their place; a handler that only a maybe notified is a maybe itself. */
  readonly due = new Map<string, Due>()
  /** Handlers that stand as due on the host itself, and the account that noted them there. */
  readonly noted = new Map<string, As>()
  /** What was carried out for turns that are still to come. */
  readonly carried = new CarriedTurns()
  /** Handlers that an earlier run had left due, and that this one has taken over. */
  readonly adopted = new Set<string>()
  /** How many tasks ahead its machine is asked for: few after a change, doubling without one. */
  window = Number.POSITIVE_INFINITY
  out: Out | undefined
  /** Whether the run's overseer has been asked if it may take part. */
  admitted = false
  /** What a rescue sees: `ansible_failed_task` and `ansible_failed_result`. */
  failure: ReadonlyMap<string, unknown> | undefined
  /** In a dry run: a task of the innermost block may have failed. */
  doubt: Doubt | undefined

  constructor(name: string) {
    this.name = name
  }

  get active(): boolean {
    return this.out === undefined
  }

  /** Whether it is out by a failure. */
  get isLost(): boolean {
    return this.out === 'failed' || this.out === 'unreachable' || this.out === 'stopped'
  }
}
