import type { TaskReport } from '../core/event.ts'
import type { Paint } from './colour.ts'
import type { DiffLength } from './showndiff.ts'

/** How much a report shows. */
export interface Detail {
  readonly diff: 'none' | DiffLength
  readonly verbosity: number
  readonly paint: Paint
  /** How what a dry run has found is applied; by the same command without --dry-run if not given. */
  readonly toApply?: string
}

/** What became of a task, in words: what is only planned has not happened. */
export const statusWord = ({ status, planned }: TaskReport): string => {
  if (planned !== true) return status
  if (status === 'changed') return 'would change'
  return status === 'maybe' ? 'may change' : status
}

/** Whether all hosts are named: who failed must be known. */
export const allNamed = ({ status }: TaskReport, { verbosity }: Detail): 'all' | 'few' =>
  verbosity > 0 || status === 'failed' || status === 'unreachable' ? 'all' : 'few'
