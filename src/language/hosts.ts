import type { Raw } from './value.ts'

/** What variables need to know of the inventory; `Inventory` has it. */
export interface Hosts {
  readonly hosts: readonly string[]
  readonly groups: ReadonlyMap<string, unknown>
  readonly directory: string
  hostsOf(group: string): readonly string[]
  groupsOf(host: string): readonly string[]
  varsOf(host: string): ReadonlyMap<string, { readonly value: Raw }>
  /** The file that named a host first. */
  sourceOf(host: string): string | undefined
  /** The hosts of a pattern. */
  match(pattern: string): readonly string[]
}
