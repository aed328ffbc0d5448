import type { Condition, Keywords, Play, Role, VarsLayer } from './play.ts'
import type { Raw } from './value.ts'

/** What one task on one host is evaluated with. */
export interface ScopeRequest {
  readonly host: string
  readonly play: Play
  /** Of the task; undefined for what the play itself evaluates. */
  readonly keywords: Keywords | undefined
  readonly role: Role | undefined
  /** Directory of the file that is evaluated, for `lookup('file', …)` and `role_path`. */
  readonly directory: string
  /** Loop variables and the like: they win over all but extra vars. */
  readonly locals?: ReadonlyMap<string, unknown>
  /** Vars of dynamic includes on the way to the task, outermost first. */
  readonly includeVars?: readonly VarsLayer[]
  /**
   * Called with each variable's name before it is read, also through other variables; what it
   * throws flies through the template unchanged. `host` differs for a read through `hostvars`.
   */
  readonly onRead?: (name: string, host: string) => void
  /** Lookups with effects, time or randomness are refused by throwing; set when looking ahead. */
  readonly onImpureLookup?: (name: string) => void
}

/** A task's variables, lazily resolved; made by `Variables.scope`. */
export interface Scope {
  /** The evaluated value; Maps and arrays in it are evaluated too. Throws UserError with a place. */
  value(raw: Raw): unknown
  /** Whether all conditions hold, in order; a failing one stops. */
  holds(conditions: readonly Condition[]): boolean
  /** The first condition that does not hold, for the message of a skipped task. */
  firstFalse(conditions: readonly Condition[]): string | undefined
  /** One variable; undefined when there is none. */
  variable(name: string): unknown
  /** The text of a template file's source rendered in this scope (`ansible_managed` and all). */
  render(
    source: string,
    file: string,
    options: { trimBlocks: boolean; lstripBlocks: boolean },
  ): string
}

/** The variables of a whole run, by Ansible's 22 levels of precedence. */
export interface Variables {
  scope(request: ScopeRequest): Scope
  /** Adds to `ansible_facts` and, below them, `ansible_*`; no facts at all forget all of them. */
  setFacts(host: string, facts: ReadonlyMap<string, unknown>): void
  /** A registered result. */
  register(host: string, name: string, value: unknown): void
  /** `set_fact`. */
  setFact(host: string, name: string, value: unknown): void
  /**
   * What the host registers and sets from here on was written at this place among the tasks that hosts
   * go through each at its own pace: others read it once `show` says that they have come so far.
   * Undefined: they read it at once, also what was held back.
   */
  holdBack(host: string, place: number | undefined): void
  /** Others have come to this place. */
  show(host: string, place: number): void
  /** `include_vars`. */
  includeVars(host: string, layer: VarsLayer): void
  /** `vars_prompt` and `vars_files` of the play that begins. */
  beginPlay(play: Play, hosts: readonly string[], prompted: ReadonlyMap<string, unknown>): void
  /** The hosts of the batch that begins, all of the play's, and those it has lost (failed). */
  setBatch(hosts: readonly string[], allHosts: readonly string[], lost?: readonly string[]): void
  /** `include_role` with `public`: the play's later tasks see the role's defaults and vars. */
  exposeRole(role: Role): void
  /** What a play's own keywords (`hosts`, `serial`) are evaluated with: extra vars and its vars. */
  playScope(play: Play): Scope
  /** `add_host` and `group_by` change the inventory: groups are read afresh. */
  inventoryChanged(): void
}
