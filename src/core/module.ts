import type { Change, Outcome, Scope } from './change.ts'
import type { Controller } from './controller.ts'
import type { Known, Probe } from './probe.ts'
import type { Params, Want } from './schema.ts'

export type Probes = Readonly<Record<string, Probe<unknown> | undefined>>

export type { Known } from './probe.ts'

/** The probes' answers under the names that `probes` gave them; null means absent. */
export type Actual<Q extends Probes> = {
  readonly [K in keyof Q]: Q[K] extends Probe<infer A> | undefined ? A | null : never
}

/** Values as a registered variable holds them. */
export type Result = Readonly<Record<string, unknown>>

/** What a task's `vars`, `become_user` and the like tell a module beside its arguments. */
export interface TaskContext {
  /** The account that the task runs as, when it is known without asking the host. */
  readonly user: string | undefined
  /** The inventory's name of the host whose task it is. */
  readonly host?: string
  /** The task's `environment`. */
  readonly environment: Readonly<Record<string, string>>
}

/** A task's validated arguments with what `prepare` read for them. */
export type Prepared<P extends Params, R> = Want<P> & {
  readonly prepared: R
  readonly context: TaskContext
}

/** A module as it is written; `defineModule` keeps the types of its parts together. */
export interface ModuleDefinition<P extends Params, R, Q extends Probes> {
  readonly name: string
  /** One sentence for the reference page. */
  readonly summary: string
  readonly params: P
  /** The parameter that takes `module: free text`, as in `command: uptime`. */
  readonly freeForm?: keyof P & string
  /** Rules over several parameters; gives a sentence when they are broken. */
  check?(want: Partial<Want<P>>): string | undefined
  /** Reads what planning needs on the controller; changes nothing. */
  prepare?(want: Want<P> & { readonly context: TaskContext }, controller: Controller): Promise<R>
  /** Asked again with the answers so far until it asks nothing new, three times at most. */
  probes(want: Prepared<P, R>, known: Known): Q
  /** Pure and synchronous; an empty list means converged. */
  plan(want: Prepared<P, R>, actual: Actual<Q>): readonly Change[]
  /** What it can touch whatever its arguments, for a dry run that does not know them; everything without. */
  readonly touches?: Scope
  /** What its largest change can touch, for a dry run that cannot plan; `touches` without. */
  reach?(want: Prepared<P, R>, known: Known): Scope
  /**
   * It asks other machines or tells them something, or nobody knows what it does: all hosts are at the
   * same task when it runs.
   */
  readonly crossesMachines?: true
  /** What is registered besides `changed` and `diff`; `failed: true` and `msg` fail the task. */
  result?(
    want: Prepared<P, R>,
    before: Actual<Q>,
    after: Actual<Q>,
    outcomes: readonly Outcome[],
  ): Result
}

/** A module as the engine uses it, whatever its parameters. */
export interface Module {
  readonly name: string
  readonly summary: string
  readonly params: Params
  readonly freeForm?: string | undefined
  check?(want: Readonly<Record<string, unknown>>): string | undefined
  prepare?(want: Readonly<Record<string, unknown>>, controller: Controller): Promise<unknown>
  probes(want: Readonly<Record<string, unknown>>, known: Known): Probes
  plan(
    want: Readonly<Record<string, unknown>>,
    actual: Readonly<Record<string, unknown>>,
  ): readonly Change[]
  readonly touches?: Scope
  reach?(want: Readonly<Record<string, unknown>>, known: Known): Scope
  readonly crossesMachines?: true
  result?(
    want: Readonly<Record<string, unknown>>,
    before: Readonly<Record<string, unknown>>,
    after: Readonly<Record<string, unknown>>,
    outcomes: readonly Outcome[],
  ): Result
}

/** Keeps the types of a module's parts together and forgets them at its door. */
export const defineModule = <const P extends Params, Q extends Probes, R = undefined>(
  definition: ModuleDefinition<P, R, Q>,
): ModuleDefinition<P, R, Q> & Module => definition
