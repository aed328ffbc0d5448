import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { UserError } from '../core/error.ts'
import type { Inputs } from '../core/inputs.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { loadInventory } from '../inventory/load.ts'
import { checkPlaybooks } from '../language/check/index.ts'
import { loadPlaybook, loadYamlFile, parseYaml, type LoadOptions } from '../language/load/index.ts'
import type { Playbook } from '../language/play.ts'
import type { RawMap } from '../language/value.ts'
import { modules } from '../modules/index.ts'
import { readExtraVars } from './extravars.ts'
import { installed } from './installed.ts'
import type { RunFlags } from './options.ts'
import type { Ask } from './prompt.ts'
import { openVault } from './vaultsecrets.ts'

/** All that a run reads before it connects anywhere. */
export interface Input {
  readonly playbooks: readonly Playbook[]
  readonly inventory: Inventory
  readonly sources: readonly string[]
  readonly extraVars: RawMap
  /** What `--extra-vars` gave: `@file`, and the names of what stands on the command line. */
  readonly extraVarsGiven: readonly string[]
  readonly loadOptions: LoadOptions
  readonly limit: ReadonlySet<string> | undefined
  readonly warnings: readonly UserError[]
}

/** Who is told of what is read, and how a password is asked for. */
export interface Reading {
  readonly inputs?: Inputs
  readonly asking?: Ask
}

/** Reads playbooks, inventory and variables. Throws UserError or UserErrors for what is wrong in them. */
export const readInput = async (
  named: readonly string[],
  flags: RunFlags,
  onSecret: (text: string) => void,
  { inputs, asking }: Reading = {},
): Promise<Input> => {
  const warnings: UserError[] = []
  const { decrypt } = await openVault(flags, onSecret, asking)
  const onWarning = (warning: UserError): void => void warnings.push(warning)
  const options = { onWarning, decrypt, onSecret, inputs }
  const files = named.length > 0 ? named : [defaultPlaybook()]
  const loadOptions: LoadOptions = { ...options, modules, rolesPath: rolesPath() }
  const playbooks = files.map(file => loadPlaybook(file, loadOptions))
  const sources = inventorySources(flags)
  const inventory = loadInventory(sources, {
    ...options,
    playbookDirectories: files.map(file => dirname(resolve(file))),
    ...(flags.limit === undefined ? {} : { limit: flags.limit }),
  })
  const extraVarsGiven: string[] = []
  const extraVars = readExtraVars(flags.extraVars ?? [], {
    text: (text, name) => parseYaml(text, name, options).raw,
    file(file) {
      extraVarsGiven.push(`@${file}`)
      return loadYamlFile(file, options).raw
    },
    onValue(name, value) {
      extraVarsGiven.push(name)
      inputs?.value(`extra variable ${name}`, value)
    },
  })
  const limit = flags.limit === undefined ? undefined : new Set(inventory.match('all'))
  return {
    playbooks,
    inventory,
    sources,
    extraVars,
    extraVarsGiven,
    loadOptions,
    limit,
    warnings,
  }
}

/** The mistakes that can be known before the first connection. */
export const check = (input: Input): ReturnType<typeof checkPlaybooks> =>
  checkPlaybooks(input.playbooks, {
    modules,
    inventory: input.inventory,
    extraVars: input.extraVars,
    load: input.loadOptions,
  })

const defaultPlaybook = (): string => {
  const places = ['playbooks/site.yml', installed('playbooks/site.yml')]
  return places.find(existsSync) ?? 'playbooks/site.yml'
}

/** Roles beside the playbook come first; those that come with provision last. */
const rolesPath = (): string[] => [resolve('roles'), installed('roles')]

/** Those of `--inventory`, else those of PROVISION_INVENTORY. */
export const inventorySources = ({ inventory }: RunFlags): readonly string[] => {
  if (inventory !== undefined) return inventory
  const given = process.env['PROVISION_INVENTORY']
  if (given !== undefined && given !== '') return given.split(',')
  throw new UserError('E_NO_INVENTORY', 'no inventory is given', {
    hint: 'say --inventory FILE, or set PROVISION_INVENTORY; `inventory/prod.example.yml` is one to start from',
  })
}
