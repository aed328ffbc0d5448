import { UserError } from '../core/error.ts'
import { describeRaw, type Entry, type Located } from '../language/load/located.ts'
import type { GroupEntry, HostEntry, Model } from './model.ts'
import { entriesOf } from './yamlsource.ts'

/** Runs the script with arguments and reads the JSON that it prints. */
export type RunScript = (file: string, args: readonly string[]) => Located

/**
 * Reads an executable inventory: `--list` prints groups, and in `_meta.hostvars` the hosts'
 * variables; without `_meta` each host is asked for with `--host NAME`.
 */
export const readScriptSource = (model: Model, file: string, run: RunScript): void => {
  const listed = run(file, ['--list'])
  let meta: Located | undefined
  const named = new Set<string>()
  for (const entry of entriesOf(listed, `the output of ${file}`))
    if (entry.key === '_meta') meta = entry.value
    else for (const host of readGroup(model, entry, file)) named.add(host)
  if (meta) readMeta(model, meta, file)
  else
    for (const host of named)
      setVars(model, model.host(host, 'all', file), run(file, ['--host', host]))
}

const readGroup = (model: Model, { key, value }: Entry, file: string): readonly string[] => {
  const group = model.group(String(key))
  if (value.kind === 'list') return addHosts(model, group, value, file)
  let hosts: readonly string[] = []
  for (const entry of entriesOf(value, `the group "${group.name}"`))
    if (entry.key === 'hosts') hosts = addHosts(model, group, entry.value, file)
    else if (entry.key === 'vars') setVars(model, group, entry.value)
    else if (entry.key === 'children')
      for (const child of namesIn(entry.value)) model.child(group.name, child, entry.keyAt)
  return hosts
}

const addHosts = (
  model: Model,
  group: GroupEntry,
  listed: Located,
  file: string,
): readonly string[] => {
  const names = namesIn(listed)
  for (const name of names) model.host(name, group.name, file)
  return names
}

const readMeta = (model: Model, meta: Located, file: string): void => {
  for (const section of entriesOf(meta, '_meta'))
    if (section.key === 'hostvars')
      for (const { key, value } of entriesOf(section.value, '_meta.hostvars'))
        setVars(model, model.host(String(key), 'all', file), value)
}

const setVars = (model: Model, owner: HostEntry | GroupEntry, vars: Located): void => {
  for (const { key, keyAt, value } of entriesOf(vars, `the variables of "${owner.name}"`))
    model.setVar(owner, String(key), value.raw, keyAt)
}

const namesIn = (located: Located): readonly string[] => {
  if (located.kind === 'list')
    return located.items.map(({ raw, at }) => {
      if (typeof raw === 'string' || typeof raw === 'number') return String(raw)
      throw new UserError('E_INVENTORY', `expected a name, not ${describeRaw(raw)}`, { at })
    })
  throw new UserError('E_INVENTORY', `expected a list of names, not ${describeRaw(located.raw)}`, {
    at: located.at,
  })
}
