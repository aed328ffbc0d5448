import type { Diff } from './diff.ts'
import type { Known, Place, Probe } from './probe.ts'
import type { Replacing } from './replacing.ts'
import type { Script, Words } from './shell.ts'
import { Uncertain } from './uncertain.ts'
import type { Output, Source } from './wire.ts'

/** What a change makes true of answers; a dry run lays it over the state. */
export type Effect =
  | { readonly kind: 'becomes'; readonly key: string; readonly value: unknown }
  | {
      readonly kind: 'rule'
      /**
       * The new answer, or `unaffected`; `before` is the answer without this effect (null: absent),
       * `known` what other questions are answered once all effects are true.
       */
      apply(probe: Probe<unknown>, before: () => unknown, known: Known): unknown
      /** Names of the only kinds of probes that it alters; it may alter any without. */
      readonly of?: readonly string[]
      /** Holds on every other machine instead, as what a database server hands to its replicas. */
      readonly crosses?: boolean
    }
  | {
      readonly kind: 'asks'
      /** The question that the machine is to be asked from now on; the same where nothing alters. */
      instead(probe: Probe<unknown>): Probe<unknown>
    }

/** What a rule gives for a probe that it says nothing about. */
export const unaffected = Symbol('unaffected')

/** What a change can have touched: all else on its machine stays fresh. */
export type Scope = 'everything' | readonly Place[]

/** An act (a restart, a command, a reboot) is proved by a postcondition, not by an empty plan. */
export type Act =
  | {
      readonly kind: 'proved by'
      readonly probe: Probe<unknown>
      /** True, or what is wrong with the answer after the act. */
      readonly holds: (before: unknown, after: unknown) => true | string
    }
  | { readonly kind: 'unproved' }

/** What is read once more at the end of the play: a service that was started may have died since. */
export interface Lasting {
  readonly probe: Probe<unknown>
  /** True, or what has become of it. */
  readonly holds: (now: unknown) => true | string
}

/**
 * Armed on the machine before a change that can cut us off; fires unless disarmed. Both scripts run
 * in a directory of the guard's own, which goes when the guard has been disarmed or has fired: what
 * `save` keeps, it keeps there, under relative names.
 */
export interface Guard {
  /** What could be lost, such as "the firewall could lock us out". */
  readonly why: string
  /** Run on the machine before the change; what it saves, `undo` brings back. */
  readonly save: Words
  /** Run by the machine itself, 60 s after arming, when no new connection has disarmed it. */
  readonly undo: Words
  /**
   * The next connection may still be taken on the old terms, as by an sshd that has not yet handled
   * its SIGHUP: only the one after it proves the change.
   */
  readonly secondTells?: true
}

/** What is asked to know a change's effects beforehand: by a dry run, and where a plan is kept. */
export interface Foresight {
  readonly probe: Probe<unknown>
  /**
   * The change as the answer tells it, with its effects, summary and diff; none where nothing is
   * left to do. Throws UserError where carrying it out would fail.
   */
  changes(answer: unknown): readonly Change[]
}

interface Base {
  /** A sentence without a subject, such as "add user deploy". */
  readonly summary: string
  readonly diff?: Diff | undefined
  readonly effects: readonly Effect[]
  readonly scope: Scope
  /** Present for an act; a state change is proved by planning again. */
  readonly act?: Act
  readonly guard?: Guard | undefined
  readonly lasts?: Lasting | undefined
  /** Without an answer to it a dry run lays the effects above, which then say what is uncertain. */
  readonly foreseen?: Foresight | undefined
  /** Dry run: why nobody can tell whether it is needed; its effects hold either way. */
  readonly perhaps?: string | undefined
  /** Only looks or waits, such as `wait_for` and `uri`: it does not make its task changed. */
  readonly onlyLooks?: true
}

/** A transaction that others of its kind, planned from the same answers, can be made one with. */
export interface Joint {
  /** Only those of the same kind can. */
  readonly kind: string
  /** Asked where others join it: what it would have done alone. */
  readonly alone: Probe<unknown>
  /** Given all of them in order, this one's among them; each has this very kind. */
  join(all: readonly Joining[]): Joined
}

/** One of the transactions that are made one. */
export interface Joining {
  readonly joint: Joint
  /** The answer to `alone`; null where there is none. */
  readonly alone: unknown
}

export interface Joined {
  /** Does what all of them would, or fails. */
  readonly script: Words
  /** What each has come to; undefined where those before it have left it nothing to do. */
  divide(output: Output): readonly (Pick<Run, 'summary' | 'diff'> | undefined)[]
}

/** Runs a script on the machine. */
export interface Run extends Base {
  readonly do: 'run'
  readonly script: Script
  /** Exit codes that mean done ([0] without); `any` leaves the judgement to the module's result. */
  readonly codes?: readonly number[] | 'any'
  /** Seconds; no limit without. */
  readonly timeLimit?: number
  /** Present for the user's own commands, which get the login environment. */
  readonly environment?: Readonly<Record<string, string>>
  /** What the report says instead, where only the output tells what was done. */
  readonly told?: (output: Output) => Pick<Run, 'summary' | 'diff'>
  readonly joint?: Joint
}

/** Stages a file beside its destination, sets owner and mode, validates it and renames it. */
export interface Put extends Base, Replacing {
  readonly do: 'put'
  readonly source: Source
}

/** Copies a file of the machine to the controller; nothing on the machine changes. */
export interface Fetch extends Base {
  readonly do: 'fetch'
  readonly from: string
  readonly to: string
}

/** Changes something on the controller; left out of a dry run. */
export interface Local extends Base {
  readonly do: 'local'
  action(): Promise<void>
}

/** Drops or restarts what the connection stands on. */
export interface Reconnect extends Base {
  readonly do: 'connection'
  readonly action: 'reset' | 'reboot'
  /** Seconds to wait for the machine to come back. */
  readonly timeLimit: number
}

/** One thing to do. */
export type Change = Run | Put | Fetch | Local | Reconnect

/** A change that was carried out, with what came back. */
export interface Outcome {
  readonly change: Change
  readonly output: Output | undefined
}

/** A command of the user's: it may touch anything, and says nothing of what it makes true. */
export const isOpaque = ({ act, effects, scope }: Change): boolean =>
  act !== undefined && effects.length === 0 && scope === 'everything'

/** Whether nothing proves afterwards that it was done. */
export const isUnproved = ({ act, onlyLooks }: Change): boolean =>
  act?.kind === 'unproved' && onlyLooks !== true

/** Why nobody can tell whether anything is to be done; undefined where something is, or nothing. */
export const doubtOf = (changes: readonly Change[]): string | undefined =>
  changes.every(({ perhaps }) => perhaps !== undefined) ? changes[0]?.perhaps : undefined

/** Keeps the types of a question and of what is made of its answer together. */
export const foreseen = <A>(
  probe: Probe<A>,
  changes: (answer: A | null) => readonly Change[],
): Foresight => ({ probe, changes: answer => changes(answer as A | null) })

/** The probe's answer becomes `value`; null means absent. */
export const becomes = <A>(probe: Probe<A>, value: A | null): Effect => ({
  kind: 'becomes',
  key: probe.key,
  value,
})

/** Nobody can know the probe's answer before the change has been carried out. */
export const uncertain = (probe: Probe<unknown>, reason: string): Effect => ({
  kind: 'rule',
  of: [probe.kind.name],
  apply(asked) {
    if (asked.key !== probe.key) return unaffected
    throw new Uncertain(reason)
  },
})
