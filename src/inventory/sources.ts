import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { UserError } from '../core/error.ts'
import { loadYamlFile, parseYaml, readText, type YamlOptions } from '../language/load/yaml.ts'
import { readIniSource } from './inisource.ts'
import { readScriptSource, type RunScript } from './scriptsource.ts'
import type { Model } from './model.ts'
import { expandHosts } from './ranges.ts'
import { readYamlSource } from './yamlsource.ts'

const YAML = ['.yml', '.yaml', '.json']
// What editors, package managers and people leave beside inventories; Ansible skips the same.
const SKIPPED = /~$|\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|cfg|retry)$/

/** Reads one source into the model: a file, a script, a directory of such, or `host1,host2`. */
export const readSource = (model: Model, source: string, options: YamlOptions): void => {
  if (source.includes(',') && !existsSync(source)) readHostList(model, source)
  else if (!existsSync(source)) throw missing(source)
  else if (statSync(source).isDirectory()) readDirectory(model, source, options)
  else readFile(model, source, options)
}

const missing = (source: string): UserError =>
  new UserError('E_FILE_MISSING', `there is no inventory "${source}"`, {
    hint: 'give --inventory FILE; a list of hosts is written with a comma ("web1,")',
  })

const readHostList = (model: Model, list: string): void => {
  const at = { file: '--inventory', line: 1, column: 1 }
  for (const written of list.split(',').map(part => part.trim()))
    if (written !== '')
      for (const { name, port } of expandHosts(written, at)) {
        const host = model.host(name, 'ungrouped')
        if (port !== undefined) model.setVar(host, 'ansible_port', port, at)
      }
}

const readDirectory = (model: Model, directory: string, options: YamlOptions): void => {
  for (const name of readdirSync(directory).sort())
    if (!name.startsWith('.') && !SKIPPED.test(name) && !/^(?:group|host)_vars$/.test(name))
      readSource(model, join(directory, name), options)
}

const readFile = (model: Model, file: string, options: YamlOptions): void => {
  if (isScript(file)) readScriptSource(model, file, runner(options))
  else if (isYaml(file)) readYamlFile(model, file, options)
  else readIniSource(model, readText(file, options.inputs), file)
}

const readYamlFile = (model: Model, file: string, options: YamlOptions): void => {
  const located = loadYamlFile(file, options)
  const plugin = located.kind === 'map' ? located.entries.get('plugin') : undefined
  if (plugin && plugin.value.kind === 'scalar')
    throw new UserError('E_INVENTORY', 'inventory plugins are not supported', {
      at: plugin.keyAt,
      hint: 'an executable file that prints JSON for --list can take its place',
    })
  readYamlSource(model, located, file)
}

const isYaml = (file: string): boolean => {
  const extension = extname(file)
  if (YAML.includes(extension)) return true
  if (extension === '.ini') return false
  const first = readText(file)
    .split('\n')
    .find(line => /^\s*[^\s#;]/.test(line))
  return first !== undefined && /^(?:---|\{|\$ANSIBLE_VAULT|['"]?[\w.-]+['"]?:(?:\s|$))/.test(first)
}

// An executable bit alone says little: on some mounts every file has it.
const isScript = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
  } catch {
    return false
  }
  return !YAML.includes(extname(file)) && readText(file).startsWith('#!')
}

/** What scripts print counts as an input, as the scripts themselves do. */
const runner =
  ({ inputs }: YamlOptions): RunScript =>
  (file, args) => {
    readText(file, inputs)
    return run(file, args, inputs)
  }

const run = (
  file: string,
  args: readonly string[],
  inputs: YamlOptions['inputs'],
): ReturnType<typeof parseYaml> => {
  const command = `${file} ${args.join(' ')}`
  const { status, stdout, error } = spawnSync(resolve(file), args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0)
    throw new UserError('E_INVENTORY', `"${command}" ${endOf(status)}`, { cause: error })
  inputs?.value(`output of ${command}`, stdout)
  try {
    return parseYaml(stdout, file)
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause
    throw new UserError('E_INVENTORY', `"${command}" did not print JSON: ${cause.message}`, {
      cause,
    })
  }
}

const endOf = (status: number | null): string =>
  status === null ? 'could not be run' : `ended with code ${status}`
