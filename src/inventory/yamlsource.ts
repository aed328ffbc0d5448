import { UserError } from '../core/error.ts'
import { describeRaw, type Entry, type Located } from '../language/load/located.ts'
import type { GroupEntry, HostEntry, Model } from './model.ts'
import { expandHosts } from './ranges.ts'

const SECTIONS = ['hosts', 'children', 'vars'] as const

/** Reads a YAML inventory: groups at the top, each with `hosts`, `children` and `vars`. */
export const readYamlSource = (model: Model, located: Located, source: string): void => {
  for (const { key, keyAt, value } of entriesOf(located, 'an inventory'))
    new GroupReader(model, source).read(nameOf({ key, keyAt, value }), value)
}

class GroupReader {
  readonly #model: Model
  readonly #source: string

  constructor(model: Model, source: string) {
    this.#model = model
    this.#source = source
  }

  read(name: string, body: Located): void {
    const group = this.#model.group(name)
    for (const entry of entriesOf(body, `the group "${name}"`)) {
      if (entry.key === 'vars') readVars(this.#model, group, entry.value)
      else if (entry.key === 'children') this.#children(name, entry.value)
      else if (entry.key === 'hosts') this.#hosts(name, entry.value)
      else throw this.#unknownSection(name, entry)
    }
  }

  #children(parent: string, children: Located): void {
    for (const entry of entriesOf(children, `"children" of "${parent}"`)) {
      this.#model.child(parent, nameOf(entry), entry.keyAt)
      this.read(nameOf(entry), entry.value)
    }
  }

  #hosts(group: string, hosts: Located): void {
    for (const entry of entriesOf(hosts, `"hosts" of "${group}"`))
      for (const { name, port } of expandHosts(nameOf(entry), entry.keyAt)) {
        const host = this.#model.host(name, group, this.#source)
        if (port !== undefined) this.#model.setVar(host, 'ansible_port', port, entry.keyAt)
        readVars(this.#model, host, entry.value)
      }
  }

  #unknownSection(group: string, { key, keyAt }: Entry): UserError {
    return new UserError('E_INVENTORY', `the group "${group}" cannot have "${String(key)}"`, {
      at: keyAt,
      hint: `a group has ${SECTIONS.join(', ')}; a host belongs under hosts, a group under children`,
    })
  }
}

const readVars = (model: Model, owner: HostEntry | GroupEntry, vars: Located): void => {
  for (const entry of entriesOf(vars, `the variables of "${owner.name}"`))
    model.setVar(owner, nameOf(entry), entry.value.raw, entry.keyAt)
}

const nameOf = ({ key }: Entry): string => String(key)

/** The entries of a dictionary; none, where the file has nothing. */
export const entriesOf = (located: Located, what: string): Iterable<Entry> => {
  if (located.kind === 'map') return located.entries.values()
  if (located.raw === null) return []
  throw new UserError(
    'E_INVENTORY',
    `${what} must be a dictionary, not ${describeRaw(located.raw)}`,
    { at: located.at, hint: hintFor(located) },
  )
}

const hintFor = (located: Located): string | undefined =>
  located.kind === 'list' ? 'write names with a colon ("web1:") and without a dash' : undefined
