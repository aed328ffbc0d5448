import type { Position } from '../core/error.ts'
import type { Raw } from '../language/value.ts'

/** A variable of the inventory with the place that set it. */
export interface OriginatedVar {
  readonly value: Raw
  readonly at: Position
}

export interface Group {
  readonly name: string
  readonly children: readonly string[]
  /** Hosts named in the group itself. */
  readonly hosts: readonly string[]
}

/** Hosts, groups and their variables, merged by Ansible's precedence and with their origin. */
export interface Inventory {
  /** In the order of their first appearance. */
  readonly hosts: readonly string[]
  readonly groups: ReadonlyMap<string, Group>
  /** Every host of a group, those of its children included; `all` and `ungrouped` exist. */
  hostsOf(group: string): readonly string[]
  /** The groups of a host, `all` excepted, sorted by name. */
  groupsOf(host: string): readonly string[]
  /** Group vars and host vars, from the file and from group_vars/ and host_vars/, merged. */
  varsOf(host: string): ReadonlyMap<string, OriginatedVar>
  /** The hosts of a pattern: `web*`, `a:b`, `a:&b`, `!c`, `~regex`, `group[0]`, `all`. */
  match(pattern: string): readonly string[]
  /** The directory of the inventory file. */
  readonly directory: string
  /** The inventory file that named a host first; undefined for one added while running. */
  sourceOf(host: string): string | undefined
  addHost(name: string, groups: readonly string[], vars: ReadonlyMap<string, Raw>): void
}
