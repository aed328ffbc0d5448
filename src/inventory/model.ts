import { UserError, type Position } from '../core/error.ts'
import type { Raw } from '../language/value.ts'
import type { OriginatedVar } from './inventory.ts'

export type Vars = Map<string, OriginatedVar>

/** A host as the sources built it up. */
export interface HostEntry {
  readonly name: string
  readonly vars: Vars
  /** The source that named it first; undefined for one added while running. */
  readonly source: string | undefined
}

/** A group as the sources built it up. */
export interface GroupEntry {
  readonly name: string
  readonly vars: Vars
  readonly children: Set<string>
  readonly hosts: Set<string>
  /** `ansible_group_priority`: among groups of one depth the higher wins. */
  priority: number
}

/** Hosts and groups while sources are read, one after another. */
export class Model {
  readonly hosts = new Map<string, HostEntry>()
  readonly groups = new Map<string, GroupEntry>()
  /** Grows with each change, so that what was derived from the model can be kept until then. */
  version = 0

  constructor() {
    this.group('all')
    this.group('ungrouped')
    this.child('all', 'ungrouped')
  }

  /** The group of that name, made if there is none. */
  group(name: string): GroupEntry {
    const known = this.groups.get(name)
    if (known) return known
    const made: GroupEntry = {
      name,
      vars: new Map(),
      children: new Set(),
      hosts: new Set(),
      priority: 1,
    }
    this.groups.set(name, made)
    this.version += 1
    return made
  }

  /** The host of that name in `group`, made if there is none. */
  host(name: string, group: string, source?: string): HostEntry {
    let entry = this.hosts.get(name)
    if (!entry) {
      entry = { name, vars: new Map(), source }
      this.hosts.set(name, entry)
    }
    this.group(group).hosts.add(name)
    this.version += 1
    return entry
  }

  /** Makes `child` a child of `parent`, both made if there are none. */
  child(parent: string, child: string, at?: Position): void {
    const above = this.group(parent)
    this.group(child)
    if (parent === child || this.descendants(child).includes(parent))
      throw new UserError(
        'E_GROUP_CYCLE',
        `the group "${child}" would contain itself: ${this.#path(child, parent).join(' → ')} → ${child}`,
        { at },
      )
    above.children.add(child)
    this.version += 1
  }

  /** A group, its children, their children and so on, each once, parents first. */
  descendants(group: string): readonly string[] {
    const found = new Set([group])
    // A set yields what is added while it is walked.
    for (const name of found)
      for (const child of this.groups.get(name)?.children ?? []) found.add(child)
    return [...found]
  }

  setVar(owner: HostEntry | GroupEntry, name: string, value: Raw, at: Position): void {
    if ('priority' in owner && name === 'ansible_group_priority') {
      owner.priority = Number(value)
      if (!Number.isInteger(owner.priority))
        throw new UserError('E_INVENTORY', 'ansible_group_priority is not an integer', { at })
    } else owner.vars.set(name, { value, at })
    this.version += 1
  }

  // Groups without a parent belong to `all`, hosts without another group to `ungrouped`.
  settle(): void {
    const parented = new Set([...this.groups.values()].flatMap(group => [...group.children]))
    for (const name of this.groups.keys())
      if (name !== 'all' && !parented.has(name)) this.child('all', name)
    const grouped = new Set<string>()
    for (const { name, hosts } of this.groups.values())
      if (name !== 'all' && name !== 'ungrouped') for (const host of hosts) grouped.add(host)
    const ungrouped = this.group('ungrouped')
    for (const host of this.hosts.keys())
      if (grouped.has(host)) ungrouped.hosts.delete(host)
      else ungrouped.hosts.add(host)
    this.version += 1
  }

  #path(from: string, to: string): readonly string[] {
    if (from === to) return [from]
    for (const child of this.groups.get(from)?.children ?? [])
      if (this.descendants(child).includes(to)) return [from, ...this.#path(child, to)]
    return [from]
  }
}
