import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../core/error.ts'
import { inside } from '../core/probe.ts'
import { loadYamlFile, type YamlOptions } from '../language/load/yaml.ts'
import type { Vars } from './model.ts'
import { entriesOf } from './yamlsource.ts'

const EXTENSIONS = ['', '.yml', '.yaml', '.json']

/** What `group_vars/` or `host_vars/` of one directory says about one name. */
export class VarsDirectory {
  readonly #directory: string
  readonly #options: YamlOptions
  readonly #read = new Map<string, Vars>()

  /** `directory` holds `group_vars` and `host_vars`. */
  constructor(directory: string, options: YamlOptions) {
    this.#directory = directory
    this.#options = options
  }

  vars(kind: 'group_vars' | 'host_vars', name: string): Vars {
    const directory = join(this.#directory, kind)
    const base = join(directory, name)
    // A fact of a host may have named it (group_by, add_host): no other files are variables.
    if (!inside(base, directory)) return new Map()
    const known = this.#read.get(base)
    if (known) return known
    const vars: Vars = new Map()
    for (const file of this.#filesOf(base)) this.#readInto(vars, file)
    this.#read.set(base, vars)
    return vars
  }

  // As in Ansible the first spelling that exists is the only one that counts.
  #filesOf(base: string): readonly string[] {
    const [first, ...others] = EXTENSIONS.map(extension => base + extension).filter(existsSync)
    if (first === undefined) return []
    for (const other of others)
      this.#options.onWarning?.(
        new UserError('E_VARS_IGNORED', `this file is not read, since "${first}" exists`, {
          at: { file: other, line: 1, column: 1 },
          hint: `move it into "${first}", or merge the two`,
        }),
      )
    return statSync(first).isDirectory() ? filesBelow(first) : [first]
  }

  #readInto(vars: Vars, file: string): void {
    const located = loadYamlFile(file, this.#options)
    for (const { key, keyAt, value } of entriesOf(located, 'a file of variables'))
      vars.set(String(key), { value: value.raw, at: keyAt })
  }
}

const filesBelow = (directory: string): readonly string[] =>
  readdirSync(directory, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && !name.endsWith('~'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name }) => {
      const path = join(directory, name)
      if (statSync(path).isDirectory()) return filesBelow(path)
      return /(?:\.ya?ml|\.json|^[^.]+)$/.test(name) ? [path] : []
    })
