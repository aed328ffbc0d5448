import { formatPosition, UserError } from '../core/error.ts'
import type { ChangeReport } from '../core/event.ts'
import { HostLost } from '../core/wire.ts'

/** How one task ended on one host, or for one item of its loop. */
export type Outcome =
  | { readonly kind: 'ok'; readonly result: unknown }
  | {
      readonly kind: 'changed'
      readonly result: unknown
      readonly changes: readonly ChangeReport[]
    }
  | {
      readonly kind: 'maybe'
      readonly result: unknown
      readonly changes: readonly ChangeReport[]
      readonly reason: string
    }
  | { readonly kind: 'skipped'; readonly result: unknown; readonly reason: string }
  | {
      readonly kind: 'failed' | 'unreachable'
      readonly result: unknown
      readonly changes: readonly ChangeReport[]
      readonly failure: Failure
      /** Refused by the run's overseer: nothing forgives it. */
      readonly stops?: true
    }

/** Whether the run's overseer has refused it. */
export const isRefused = (outcome: Outcome): boolean =>
  outcome.kind === 'failed' && outcome.stops === true

/** What went wrong, as reports show it. */
export interface Failure {
  readonly message: string
  readonly code: string | undefined
  readonly hint: string | undefined
}

/** The failure that an error means; what is neither the user's nor the host's is our bug and flies on. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof UserError) {
    const where = error.at === undefined ? '' : `${formatPosition(error.at)}: `
    return { message: `${where}${error.message}`, code: error.code, hint: error.hint }
  }
  if (error instanceof HostLost)
    return { message: error.message, code: error.code, hint: error.hint }
  throw error
}

/** The outcome of a task whose condition is false. */
export const skipped = (reason: string): Outcome => ({
  kind: 'skipped',
  reason,
  result: new Map<string, unknown>([
    ['changed', false],
    ['skipped', true],
    ['skip_reason', 'Conditional result was False'],
  ]),
})

/** The outcome of an error that a task ran into. */
export const failed = (error: unknown, changes: readonly ChangeReport[] = []): Outcome => {
  const failure = failureOf(error)
  const kind = error instanceof HostLost ? 'unreachable' : 'failed'
  const flag = kind === 'failed' ? 'failed' : 'unreachable'
  return {
    kind,
    failure,
    changes,
    result: new Map<string, unknown>([
      ['changed', changes.length > 0],
      [flag, true],
      ['msg', failure.message],
    ]),
  }
}
