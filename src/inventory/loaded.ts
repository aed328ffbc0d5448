import { UserError } from '../core/error.ts'
import { didYouMean } from '../core/nearest.ts'
import type { YamlOptions } from '../language/load/yaml.ts'
import type { Raw } from '../language/value.ts'
import type { Group, Inventory, OriginatedVar } from './inventory.ts'
import { groupsContaining, mergeVars, type VarsDirectories } from './merged.ts'
import type { Model, Vars } from './model.ts'
import { matchPattern } from './pattern.ts'

const LOCALHOST = ['localhost', '127.0.0.1', '::1']
const HERE = { file: '(implicit localhost)', line: 1, column: 1 }
const ADDED = { file: '(add_host)', line: 1, column: 1 }

interface Surroundings extends VarsDirectories, Pick<YamlOptions, 'onWarning'> {
  readonly directory: string
}

/** An inventory over a model that grows when hosts are added. */
export class LoadedInventory implements Inventory {
  readonly directory: string
  readonly #model: Model
  readonly #surroundings: Surroundings
  #limit: string | undefined
  // Derived from the model; dropped when its version has grown.
  #derivedFrom = -1
  readonly #vars = new Map<string, ReadonlyMap<string, OriginatedVar>>()
  readonly #members = new Map<string, readonly string[]>()
  readonly #groupsOf = new Map<string, readonly string[]>()

  constructor(model: Model, surroundings: Surroundings) {
    this.directory = surroundings.directory
    this.#model = model
    this.#surroundings = surroundings
  }

  get hosts(): readonly string[] {
    return this.hostsOf('all')
  }

  get groups(): ReadonlyMap<string, Group> {
    return new Map(
      [...this.#model.groups.values()].map(({ name, children, hosts }) => [
        name,
        { name, children: [...children], hosts: [...hosts] },
      ]),
    )
  }

  hostsOf(group: string): readonly string[] {
    return this.#derive(this.#members, group, () => {
      const below = this.#model.descendants(group)
      return [...new Set(below.flatMap(name => [...(this.#model.groups.get(name)?.hosts ?? [])]))]
    })
  }

  groupsOf(host: string): readonly string[] {
    return this.#derive(this.#groupsOf, host, () => groupsContaining(this.#model, host))
  }

  sourceOf(host: string): string | undefined {
    return this.#model.hosts.get(host)?.source
  }

  varsOf(host: string): ReadonlyMap<string, OriginatedVar> {
    return this.#derive(this.#vars, host, () => {
      const merged = mergeVars(this.#model, host, this.#surroundings)
      return this.#model.hosts.has(host) ? merged : withLocalConnection(merged, host)
    })
  }

  match(pattern: string): readonly string[] {
    const hosts = this.find(pattern, part => {
      this.#warn(part)
    })
    if (this.#limit === undefined) return hosts
    const allowed = new Set(this.find(this.#limit, () => undefined))
    return hosts.filter(host => allowed.has(host))
  }

  addHost(name: string, groups: readonly string[], vars: ReadonlyMap<string, Raw>): void {
    const host = this.#model.host(name, groups[0] ?? 'ungrouped')
    for (const group of groups.slice(1)) this.#model.host(name, group)
    for (const [variable, value] of vars) this.#model.setVar(host, variable, value, ADDED)
    this.#model.settle()
  }

  /** The hosts of a pattern without regard to the limit. */
  find(pattern: string, onUnknown: (part: string) => void): readonly string[] {
    return matchPattern(pattern, {
      hosts: this.hosts,
      groups: [...this.#model.groups.keys()],
      hostsOf: group => this.hostsOf(group),
      implicitHost: name => (LOCALHOST.includes(name) ? name : undefined),
      onUnknown,
    })
  }

  /** Only hosts of this pattern match from now on. */
  limitTo(pattern: string): void {
    this.#limit = pattern
  }

  /** Reads every file of variables now, so that mistakes show before anything is done. */
  readAllVars(): void {
    const { besideInventory, besidePlaybook } = this.#surroundings
    for (const directory of [...besideInventory, ...besidePlaybook]) {
      for (const group of this.#model.groups.keys()) directory.vars('group_vars', group)
      for (const host of this.#model.hosts.keys()) directory.vars('host_vars', host)
    }
  }

  /** The names of all hosts and groups. */
  names(): readonly string[] {
    return [...this.hosts, ...this.#model.groups.keys()]
  }

  #warn(part: string): void {
    this.#surroundings.onWarning?.(
      new UserError('E_NO_HOSTS', `no host or group is called "${part}"`, {
        hint: didYouMean(part, this.names()),
      }),
    )
  }

  #derive<T>(kept: Map<string, T>, key: string, make: () => T): T {
    if (this.#derivedFrom !== this.#model.version) {
      for (const map of [this.#vars, this.#members, this.#groupsOf]) map.clear()
      this.#derivedFrom = this.#model.version
    }
    const known = kept.get(key)
    if (known !== undefined) return known
    const made = make()
    kept.set(key, made)
    return made
  }
}

// `localhost` exists without being named: the controller itself, outside of every group.
const withLocalConnection = (
  vars: ReadonlyMap<string, OriginatedVar>,
  host: string,
): ReadonlyMap<string, OriginatedVar> => {
  if (!LOCALHOST.includes(host)) return vars
  const local: Vars = new Map([['ansible_connection', { value: 'local', at: HERE }]])
  return new Map([...local, ...vars])
}
