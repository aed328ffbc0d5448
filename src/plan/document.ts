import type { HostCounts, Status } from '../core/event.ts'
import type { SealedInputs } from './inputs.ts'

/** The version of the form that this program writes, and the newest that it reads. */
export const PLAN_VERSION = 1

/** A saved plan as `docs/plans.md` describes it. */
export interface PlanDocument {
  readonly plan: typeof PLAN_VERSION
  /** The version of the program that made it. */
  readonly provision: string
  /** When, in ISO 8601. */
  readonly made: string
  /** Whether every host could be planned to its end. */
  readonly complete: boolean
  readonly command: PlannedCommand
  /** Names the controller's key; not the key. */
  readonly key: string
  readonly inputs: SealedInputs
  readonly hosts: Readonly<Record<string, HostPlan>>
  readonly plays: readonly { readonly name: string; readonly hosts: readonly string[] }[]
  readonly steps: readonly PlannedStep[]
  readonly warnings: readonly string[]
  readonly roundTrips: Readonly<Record<string, number>>
  readonly setupRoundTrips: Readonly<Record<string, number>>
  readonly ms: number
  /** Over all of the above: what was edited afterwards is not applied. */
  readonly seal: string
}

/** What was asked for, as far as it decides what is planned. */
export interface PlannedCommand {
  readonly playbooks: readonly string[]
  readonly inventory: readonly string[]
  readonly limit: string | null
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
  /** Names of those given on the command line, and `@file`: values are not kept. */
  readonly extraVars: readonly string[]
  readonly user: string | null
  readonly become: boolean
  readonly becomeUser: string | null
  readonly forceHandlers: boolean
}

export interface HostPlan {
  /** False for a host that failed or could not be reached: it is not applied. */
  readonly complete: boolean
  readonly counts: HostCounts
  /** Over all entries, in order. */
  readonly digest: string
  readonly tasks: readonly Entry[]
}

/** A task, handler or item that changes something, may do so, or failed. */
export interface Entry {
  /** Index in `steps`. */
  readonly step: number
  /** `role : task`. */
  readonly task: string
  readonly at: string
  readonly handler: boolean
  readonly item: string | null
  /** Of what a dry run skips because it is one, `maybe`. */
  readonly status: Status
  /** Why it is a maybe, or failed. */
  readonly message: string | null
  readonly code?: string
  readonly forgiven?: 'ignored' | 'rescued'
  readonly changes: readonly EntryChange[]
  /** Of a maybe whose changes cannot be known: what they can touch, such as `path /etc/app`. */
  readonly reach?: readonly string[]
  /** Carried out while it was planned (`check_mode: false`). */
  readonly done?: true
  readonly digest: string
}

export interface EntryChange {
  readonly summary: string
  /** Line by line, secrets masked; null where there is none or the task hides it. */
  readonly diff: readonly string[] | null
  readonly unproved?: true
}

/** A task, handler or include of the run, in order, with the hosts on which nothing changes. */
export interface PlannedStep {
  /** Index in `plays`. */
  readonly play: number
  readonly task: string
  readonly role?: string
  readonly at: string
  readonly handler: boolean
  readonly ok: readonly string[]
  readonly skipped: readonly string[]
}
