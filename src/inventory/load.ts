import { existsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { UserError } from '../core/error.ts'
import { didYouMean } from '../core/nearest.ts'
import { readText, type YamlOptions } from '../language/load/yaml.ts'
import type { Inventory } from './inventory.ts'
import { LoadedInventory } from './loaded.ts'
import { Model } from './model.ts'
import { readSource } from './sources.ts'
import { VarsDirectory } from './varsfiles.ts'

/** What an inventory needs beside its sources. */
export interface InventoryOptions extends YamlOptions {
  /** Directories of the playbooks: `group_vars/` and `host_vars/` there count too. */
  readonly playbookDirectories?: readonly string[]
  /** `--limit`: a pattern, or `@file` with one pattern per line. */
  readonly limit?: string | undefined
}

/**
 * Reads inventories (files, scripts, directories of such, or `host1,host2`), a later one winning.
 * Throws UserError: E_INVENTORY, E_GROUP_CYCLE, E_FILE_MISSING, E_NO_HOSTS (a limit that names
 * nothing), E_YAML, E_VAULT_…; warnings go to `onWarning`.
 */
export const loadInventory = (
  sources: readonly string[],
  options: InventoryOptions = {},
): Inventory => {
  const model = new Model()
  for (const source of sources) readSource(model, source, options)
  model.settle()
  warnOfTwins(model, options)
  const beside = sources.filter(existsSync).map(directoryOf)
  const inventory = new LoadedInventory(model, {
    besideInventory: varsDirectories(beside, options),
    besidePlaybook: varsDirectories(options.playbookDirectories ?? [], options),
    directory: beside[0] ?? process.cwd(),
    onWarning: options.onWarning,
  })
  inventory.readAllVars()
  if (options.limit !== undefined) applyLimit(inventory, options.limit, options)
  return inventory
}

const directoryOf = (source: string): string =>
  statSync(source).isDirectory() ? resolve(source) : dirname(resolve(source))

const varsDirectories = (
  directories: readonly string[],
  options: YamlOptions,
): readonly VarsDirectory[] =>
  [...new Set(directories)].map(directory => new VarsDirectory(directory, options))

const warnOfTwins = (model: Model, { onWarning }: YamlOptions): void => {
  for (const name of model.groups.keys())
    if (model.hosts.has(name))
      onWarning?.(
        new UserError('E_SAME_NAME', `"${name}" is both a host and a group; a pattern means both`),
      )
}

const applyLimit = (
  inventory: LoadedInventory,
  limit: string,
  { inputs }: InventoryOptions,
): void => {
  const pattern = limit
    .split(',')
    .flatMap(part => {
      const file = /^\s*@(.+?)\s*$/.exec(part)?.[1]
      return file === undefined ? [part] : readText(file, inputs).split('\n')
    })
    .filter(part => part.trim() !== '' && !part.startsWith('#'))
    .join(',')
  const unknown: string[] = []
  if (inventory.find(pattern, part => unknown.push(part)).length === 0)
    throw new UserError('E_NO_HOSTS', `--limit "${limit}" leaves no host`, {
      hint: didYouMean(unknown[0] ?? limit, inventory.names()),
    })
  inventory.limitTo(pattern)
}
