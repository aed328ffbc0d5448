import type { UserError } from '../../core/error.ts'
import type { Parameters } from '../../core/arguments.ts'
import type { Hosts } from '../hosts.ts'
import type { LoadOptions, ModuleShape } from '../load/surroundings.ts'
import type { RawMap } from '../value.ts'

/** A module as far as the static check looks at it. */
export type CheckedModule = ModuleShape & Parameters

/** What playbooks are checked against. */
export interface CheckOptions {
  readonly modules: ReadonlyMap<string, CheckedModule>
  /** The inventory. */
  readonly inventory: Pick<Hosts, 'hosts' | 'groups' | 'varsOf' | 'hostsOf'>
  readonly extraVars: RawMap
  /** As the playbooks were loaded: includes are opened with it. */
  readonly load: LoadOptions
  /** Names of filters, tests and lookups besides those of the language. */
  readonly filters?: Iterable<string>
  readonly tests?: Iterable<string>
  readonly lookups?: Iterable<string>
}

/** What a static check found, each list sorted by place. */
export interface CheckResult {
  readonly errors: readonly UserError[]
  /** What is allowed and probably not meant. */
  readonly warnings: readonly UserError[]
}
