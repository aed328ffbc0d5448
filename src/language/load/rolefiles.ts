import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { UserError, type Position } from '../../core/error.ts'
import { didYouMean, didYouMeanOr } from '../../core/nearest.ts'
import type { Raw, RawMap } from '../value.ts'
import type { VarsLayer } from '../play.ts'
import { constantBoolean, listIn } from './expect.ts'
import { isDirectory, namesBeside, yamlFile, yamlFilesIn } from './files.ts'
import { below, describeRaw, type Located } from './located.ts'
import type { LoadOptions, Surroundings } from './surroundings.ts'
import { loadYamlFile, type YamlOptions } from './yaml.ts'

/** The directory of a role: beside the playbook first, then where roles are kept. Throws UserError. */
export const findRole = (name: string, at: Position, around: Surroundings): string => {
  const places = rolePlaces(around)
  const found = places.map(place => join(place, name)).find(isDirectory)
  if (found !== undefined) return found
  const known = places.filter(isDirectory).flatMap(place => readdirSync(place))
  throw new UserError('E_ROLE_MISSING', `there is no role "${name}"`, {
    at,
    hint: didYouMean(name, known) ?? `looked in ${places.join(', ')}`,
  })
}

const rolePlaces = ({ playbookDirectory, options, role }: Surroundings): readonly string[] => [
  ...new Set([
    join(playbookDirectory, 'roles'),
    join(playbookDirectory, '..', 'roles'),
    ...(options.rolesPath ?? ['roles']),
    ...(role === undefined ? [] : [join(role.directory, '..')]),
    playbookDirectory,
  ]),
]

/** A file of a role: `main` where nothing else is asked for, which may be missing. */
export const roleFile = (
  directory: string,
  asked: string | undefined,
  at: Position,
): string | undefined => {
  const path = join(directory, asked ?? 'main')
  const found = yamlFile(path)
  if (found !== undefined || asked === undefined) return found
  throw new UserError('E_FILE_MISSING', `the role has no file "${path}.yml"`, {
    at,
    hint: didYouMeanOr(asked, namesBeside(path), 'there are'),
  })
}

/** The variables of a role's `defaults` or `vars`, which may also be a directory of files. */
export const roleVars = (
  directory: string,
  asked: { readonly file: string | undefined; readonly at: Position },
  options: LoadOptions,
): VarsLayer | undefined => {
  const folder = join(directory, asked.file ?? 'main')
  const files = isDirectory(folder)
    ? yamlFilesIn(folder)
    : [roleFile(directory, asked.file, asked.at)].filter(file => file !== undefined)
  const [first, ...rest] = files.map(file => loadVarsFile(file, options))
  if (first === undefined) return undefined
  const vars = new Map<string | number | boolean | null, Raw>(first.vars)
  for (const layer of rest) for (const [name, raw] of layer.vars) vars.set(name, raw)
  return { vars, at: first.at }
}

/** A file of variables; an empty one has none. Throws UserError. */
export const loadVarsFile = (file: string, options: YamlOptions): VarsLayer => {
  const root = loadYamlFile(file, options)
  if (root.raw === null) return { vars: new Map(), at: root.at }
  if (root.kind === 'map') return { vars: root.raw, at: root.at }
  throw new UserError(
    'E_TYPE',
    `a file of variables needs a dictionary, not ${describeRaw(root.raw)}`,
    {
      at: root.at,
      hint: 'one "name: value" per line',
    },
  )
}

/** What `meta/main.yml` and `meta/argument_specs.yml` say. */
export interface RoleMeta {
  readonly dependencies: readonly Located[]
  readonly allowDuplicates: boolean
  /** The specification of the arguments for an entry point such as `main`. */
  specOf(entryPoint: string): RawMap | undefined
}

/** Reads a role's `meta` directory. */
export const readMeta = (directory: string, options: LoadOptions): RoleMeta => {
  const load = (name: string): Located | undefined => {
    const file = yamlFile(join(directory, 'meta', name))
    return file === undefined ? undefined : loadYamlFile(file, options)
  }
  const main = load('main')
  const specs = load('argument_specs') ?? main
  const entries = main?.kind === 'map' ? main.entries : undefined
  const dependencies = entries?.get('dependencies')
  const duplicates = entries?.get('allow_duplicates')
  return {
    dependencies: dependencies === undefined ? [] : listIn(dependencies, 'roles'),
    allowDuplicates: duplicates === undefined ? false : constantBoolean(duplicates),
    specOf(entryPoint) {
      const spec = specs === undefined ? undefined : below(specs, 'argument_specs', entryPoint)
      return spec?.kind === 'map' ? spec.raw : undefined
    },
  }
}
