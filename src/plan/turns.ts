import type { Change, Scope } from '../core/change.ts'
import type { Diff } from '../core/diff.ts'
import { formatPosition } from '../core/error.ts'
import type { TaskReport } from '../core/event.ts'
import type { TurnAt } from '../core/overseer.ts'
import { inside, type Place } from '../core/probe.ts'
import type { Identity } from './identity.ts'

/** A change as it was planned. */
export interface PlannedChange {
  readonly identity: Identity
  readonly summary: string
  readonly diff: Diff | undefined
  readonly unproved: boolean
}

/** What a dry run has found of one turn. */
export interface PlannedTurn {
  readonly at: TurnAt
  /** `done while planning`: by a task of `check_mode: false`, which a dry run carries out. */
  readonly kind: 'certain' | 'maybe' | 'done while planning'
  /** Undefined where only their reach is known. */
  readonly changes: readonly PlannedChange[] | undefined
  /** What the changes of a maybe can touch at most. */
  readonly reach: readonly Scope[]
  /** Undefined for a turn that was not reported. */
  readonly report: TaskReport | undefined
}

/** Whether a real run does without fail what was planned in this turn. */
export const isCertain = ({ kind, changes = [] }: PlannedTurn): boolean =>
  kind === 'certain' && changes.length > 0

/** What makes two turns that of the same task, handler or include; items are told apart besides. */
export const placeOf = ({ play, at, handler }: TurnAt): string =>
  [formatPosition(play), formatPosition(at), handler].join('\0')

/** Changes that alter something: what only looks or waits may be needed or not. */
export const altering = (changes: readonly Change[]): readonly Change[] =>
  changes.filter(({ onlyLooks, scope }) => onlyLooks !== true || scope.length > 0)

/** Whether all that a change can touch lies within what was thought possible. */
export const covers = (reach: readonly Scope[], scope: Scope): boolean => {
  if (reach.includes('everything')) return true
  if (scope === 'everything') return false
  const places = reach.flatMap(one => (one === 'everything' ? [] : one))
  return scope.every(place => places.some(wide => holds(wide, place)))
}

const holds = (wide: Place, { realm, name }: Place): boolean =>
  wide.realm === realm &&
  (wide.name === '*' || wide.name === name || (realm === 'path' && inside(name, wide.name)))
