import type { OriginatedVar } from './inventory.ts'
import type { Model, Vars } from './model.ts'
import type { VarsDirectory } from './varsfiles.ts'

/** Where variables come from besides the sources themselves. */
export interface VarsDirectories {
  readonly besideInventory: readonly VarsDirectory[]
  readonly besidePlaybook: readonly VarsDirectory[]
}

/** A host's variables by Ansible's levels 3 to 10, the later winning name by name. */
export const mergeVars = (
  model: Model,
  host: string,
  directories: VarsDirectories,
): ReadonlyMap<string, OriginatedVar> => {
  const { besideInventory, besidePlaybook } = directories
  const groups = groupsByPrecedence(model, host)
  const from = (where: readonly VarsDirectory[], names: readonly string[]): readonly Vars[] =>
    names.flatMap(name => where.map(directory => directory.vars('group_vars', name)))
  const layers: readonly (Vars | undefined)[] = [
    model.groups.get('all')?.vars,
    ...groups.map(group => model.groups.get(group)?.vars),
    ...from(besideInventory, ['all']),
    ...from(besidePlaybook, ['all']),
    ...from(besideInventory, groups),
    ...from(besidePlaybook, groups),
    model.hosts.get(host)?.vars,
    ...besideInventory.map(directory => directory.vars('host_vars', host)),
    ...besidePlaybook.map(directory => directory.vars('host_vars', host)),
  ]
  const merged: Vars = new Map()
  for (const layer of layers) for (const [name, variable] of layer ?? []) merged.set(name, variable)
  return merged
}

/** The groups of a host without `all`: parents before children, then by priority, then by name. */
const groupsByPrecedence = (model: Model, host: string): readonly string[] => {
  const depths = groupDepths(model)
  const rank = (name: string): readonly [number, number] => [
    depths.get(name) ?? 0,
    model.groups.get(name)?.priority ?? 1,
  ]
  return groupsContaining(model, host).toSorted((a, b) => {
    const [depthA, priorityA] = rank(a)
    const [depthB, priorityB] = rank(b)
    return depthA - depthB || priorityA - priorityB || (a < b ? -1 : 1)
  })
}

/** Every group that has the host, itself or through its children; `all` excepted. */
export const groupsContaining = (model: Model, host: string): readonly string[] => {
  const found = new Set<string>()
  for (const { name, hosts } of model.groups.values()) if (hosts.has(host)) found.add(name)
  // A set yields what is added while it is walked.
  for (const name of found)
    for (const group of model.groups.values()) if (group.children.has(name)) found.add(group.name)
  found.delete('all')
  return [...found].sort()
}

const groupDepths = (model: Model): ReadonlyMap<string, number> => {
  const depths = new Map<string, number>()
  const visit = (name: string, depth: number): void => {
    if (depth <= (depths.get(name) ?? -1)) return
    depths.set(name, depth)
    for (const child of model.groups.get(name)?.children ?? []) visit(child, depth + 1)
  }
  visit('all', 0)
  return depths
}
