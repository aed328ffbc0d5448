import type { ConnectionSettings } from '../core/connection.ts'
import type { Pki } from '../core/controller.ts'
import type { Sink } from '../core/event.ts'
import type { Inputs } from '../core/inputs.ts'
import type { Module } from '../core/module.ts'
import type { Overseer } from '../core/overseer.ts'
import type { Machine } from '../core/wire.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Include, Node, Role, VarsLayer, VarsPrompt } from '../language/play.ts'
import type { Scope, Variables } from '../language/scope.ts'

/** Reads what only a run can name: dynamic includes. */
export interface Loader {
  tasks(file: string, include: Include): readonly Node[]
  role(name: string, tasksFrom: string | undefined, include: Include): IncludedRole
  /** A file of variables. */
  vars(file: string): VarsLayer
}

export interface IncludedRole {
  readonly role: Role
  readonly nodes: readonly Node[]
  readonly handlers: readonly Node[]
}

/** What the command line gives the engine to work with. */
export interface Services {
  readonly modules: ReadonlyMap<string, Module>
  readonly inventory: Inventory
  readonly variables: Variables
  readonly loader: Loader
  readonly pki: Pki
  readonly sink: Sink
  connect(settings: ConnectionSettings): Machine
  /** The connection of an inventory name (`localhost` included), from its variables. */
  /** `remoteUser` is the play's or task's `remote_user`, which variables of the host win over. */
  settingsOf(host: string, scope: Scope, remoteUser: string | undefined): ConnectionSettings
  /** Sees what is planned before it is done; a saved plan's, or nobody. */
  readonly overseer?: Overseer | undefined
  /** Told of the files that tasks read on the controller. */
  readonly inputs?: Inputs | undefined
  /** Called with each text that no output may show. */
  readonly onSecret: (text: string) => void
  /** Asks the person at the terminal (`vars_prompt`, `pause`); rejects where there is none. */
  readonly prompt: (request: VarsPrompt, text: string) => Promise<string>
}

/** What a run is asked to do. */
export interface RunOptions {
  readonly dryRun: boolean
  /** Names of `--limit`, already matched; undefined means all. */
  readonly limit: ReadonlySet<string> | undefined
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
  /** Names that `--extra-vars` gives; nobody is asked for them. */
  readonly extraVars: ReadonlySet<string>
  /** Hosts worked on at the same time. */
  readonly forks: number
  /** Ask for the probes of the tasks ahead along with those that are due. */
  readonly lookAhead: boolean
  readonly become: boolean
  readonly becomeUser: string | undefined
  readonly verbosity: number
  readonly forceHandlers: boolean
  /** Who runs this, for the lock on the hosts, such as `alice@laptop`. */
  readonly controller: string
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
}
