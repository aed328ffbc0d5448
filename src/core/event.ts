import type { Diff } from './diff.ts'
import type { Position } from './error.ts'

/** How a task ended on a host, once or for one item of its loop. */
export type Status = 'ok' | 'changed' | 'maybe' | 'skipped' | 'failed' | 'unreachable'

/** One change of a task, planned or carried out. */
export interface ChangeReport {
  readonly summary: string
  readonly diff: Diff | undefined
  /** An act without a postcondition. */
  readonly unproved: boolean
}

/** What a task spent on talking to its machine: the whole of it in milliseconds and bytes. */
export interface Cost {
  /** On the wire: waiting for answers while no script of ours ran on the machine. */
  readonly wireMs: number
  /** In scripts on the machine, which measures in hundredths of a second. */
  readonly remoteMs: number
  readonly sentBytes: number
  readonly receivedBytes: number
  readonly roundTrips: number
}

export const NO_COST: Cost = {
  wireMs: 0,
  remoteMs: 0,
  sentBytes: 0,
  receivedBytes: 0,
  roundTrips: 0,
}

/** What one task did on one host, or for one item of its loop. */
export interface TaskReport {
  readonly play: string
  readonly task: string
  /** `role : task` as terminals show it. */
  readonly role: string | undefined
  readonly at: Position
  readonly host: string
  readonly status: Status
  /** The item's label in a loop; null without a loop. */
  readonly item: string | null
  readonly changes: readonly ChangeReport[]
  /** Why it failed, was skipped or is a maybe. */
  readonly message: string | null
  readonly hint: string | undefined
  readonly code: string | undefined
  /** A failure that `ignore_errors` or a rescue made good. */
  readonly forgiven: 'ignored' | 'rescued' | undefined
  readonly handler: boolean
  /** Only planned, in a dry run or by `check_mode: true`; false where it was or would be carried out. */
  readonly planned?: boolean
  /** What `-v` shows: the registered result, as plain data. */
  readonly result: unknown
  readonly ms: number
  /** Absent where nothing ran, as in a saved plan. */
  readonly cost?: Cost
}

/** What happens in a run, in the order of what can be observed. */
export type Event =
  | {
      readonly kind: 'run started'
      readonly playbooks: readonly string[]
      readonly dryRun: boolean
    }
  | { readonly kind: 'play started'; readonly play: string; readonly hosts: readonly string[] }
  | {
      readonly kind: 'task started'
      readonly task: string
      readonly role: string | undefined
      readonly at: Position
      readonly handler: boolean
      /** Those that have a turn with it; absent where nothing runs, as in a saved plan. */
      readonly hosts?: readonly string[]
    }
  | { readonly kind: 'task done'; readonly report: TaskReport }
  /** Text for people that a task asked for (`debug`) or that the run has to say. */
  | { readonly kind: 'said'; readonly host: string; readonly text: string }
  | { readonly kind: 'warning'; readonly message: string; readonly at: Position | undefined }
  | { readonly kind: 'run ended'; readonly summary: RunSummary }

/** What is counted for each host, by the names and in the order in which reports show it. */
export const COUNTED = [
  'ok',
  'changed',
  'maybe',
  'skipped',
  'failed',
  'rescued',
  'ignored',
  'unreachable',
  'unproved',
] as const

/** One host's counts over the whole run, as the JSON output names them. */
export type HostCounts = Readonly<Record<(typeof COUNTED)[number], number>>

export interface RunSummary {
  readonly hosts: ReadonlyMap<string, HostCounts>
  readonly roundTrips: ReadonlyMap<string, number>
  readonly setupRoundTrips: ReadonlyMap<string, number>
  readonly interrupted: boolean
  readonly ms: number
}

/** Takes a run's events. */
export interface Sink {
  emit(event: Event): void
}
