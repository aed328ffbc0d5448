import { dirname, join } from 'node:path'
import { UserError } from '../../core/error.ts'
import type { Include, Node, Play, Playbook, Role } from '../play.ts'
import { constantText } from './expect.ts'
import { noKeywords, readKeywords } from './keywords.ts'
import { describeRaw, type Located, type LocatedMap } from './located.ts'
import { Mistakes } from './mistakes.ts'
import { shortName, unknownKeyword } from './modulename.ts'
import { readPlay } from './play.ts'
import { readFileIn, useRole } from './role.ts'
import { nothingGathered, type LoadOptions, type Surroundings } from './surroundings.ts'
import { loadYamlFile } from './yaml.ts'

/** Reads a playbook with all that it imports. Throws UserErrors with every mistake found. */
export const loadPlaybook = (file: string, options: LoadOptions): Playbook => {
  const mistakes = new Mistakes()
  const plays = mistakes.catching(() =>
    readPlaybook(file, {
      options,
      mistakes,
      gathered: nothingGathered(),
      playbookDirectory: dirname(file),
      directory: dirname(file),
      role: undefined,
      keywords: noKeywords,
      moduleDefaults: new Map(),
      inHandlers: false,
      chain: [file],
    }),
  )
  mistakes.throwAny()
  return { file, plays: plays ?? [] }
}

const readPlaybook = (file: string, around: Surroundings): readonly Play[] => {
  const root = loadYamlFile(file, around.options)
  if (root.kind !== 'list')
    throw new UserError(
      'E_TYPE',
      `a playbook needs a list of plays, not ${describeRaw(root.raw)}`,
      {
        at: root.at,
        hint: root.kind === 'map' ? 'begin the play with "- "' : undefined,
      },
    )
  return root.items.flatMap(item => around.mistakes.catching(() => readEntry(item, around)) ?? [])
}

const readEntry = (item: Located, around: Surroundings): readonly Play[] => {
  if (item.kind !== 'map')
    throw new UserError('E_TYPE', `a play needs a dictionary, not ${describeRaw(item.raw)}`, {
      at: item.at,
    })
  const imported = [...item.entries.values()].find(
    ({ key }) => shortName(String(key)) === 'import_playbook',
  )
  if (imported === undefined) return [readPlay(item, around)]
  const name = constantText(imported)
  const file = name.startsWith('/') ? name : join(around.directory, name)
  if (around.chain.includes(file))
    throw new UserError('E_IMPORT_CYCLE', `"${name}" imports itself`, { at: imported.value.at })
  return importPlays(item, file, around)
}

const OF_AN_IMPORT = ['name', 'tags', 'vars', 'when']

const importPlays = (item: LocatedMap, file: string, around: Surroundings): readonly Play[] => {
  for (const { key, keyAt } of item.entries.values())
    if (!OF_AN_IMPORT.includes(String(key)) && shortName(String(key)) !== 'import_playbook')
      around.mistakes.add(unknownKeyword(String(key), { at: keyAt, place: 'import_playbook' }))
  const keywords = readKeywords(item.entries, around)
  const inside: Surroundings = {
    ...around,
    keywords: { ...keywords, name: undefined, nameTemplate: undefined },
    playbookDirectory: dirname(file),
    directory: dirname(file),
    chain: [...around.chain, file],
  }
  try {
    return readPlaybook(file, inside)
  } catch (error) {
    throw error instanceof UserError ? error.placed(item.at) : error
  }
}

/** Reads the file of tasks that an include came to. Throws UserErrors with every mistake found. */
export const loadIncluded = (
  file: string,
  include: Include,
  options: LoadOptions,
): readonly Node[] => {
  const around = aroundInclude(include, options)
  const nodes = readFileIn(file, around)
  around.mistakes.throwAny()
  return nodes
}

/** What a dynamic include of a role brings into a play. */
export interface IncludedRole {
  readonly role: Role
  /** The role itself and those that it depends on, in order. */
  readonly roles: readonly Role[]
  readonly nodes: readonly Node[]
  readonly handlers: readonly Node[]
}

/** Reads the role that an include came to. Throws UserErrors with every mistake found. */
export const loadRole = (
  name: string,
  { include, tasksFrom }: { readonly include: Include; readonly tasksFrom: string | undefined },
  options: LoadOptions,
): IncludedRole => {
  const around = aroundInclude(include, options)
  const use = {
    name,
    at: include.at,
    keywords: around.keywords,
    params: [],
    files: { ...include.roleFiles, tasks: tasksFrom },
    once: false,
    validatesArguments: include.validatesArguments,
  }
  const used = around.mistakes.catching(() => useRole(use, around))
  around.mistakes.throwAny()
  if (used === undefined) throw new Error(`the role ${name} was lost without a word`)
  return { ...used, ...around.gathered }
}

const aroundInclude = (include: Include, options: LoadOptions): Surroundings => {
  const { keywords, moduleDefaults, playbookDirectory, inHandlers } = include.inherited
  return {
    options,
    mistakes: new Mistakes(),
    gathered: nothingGathered(),
    playbookDirectory,
    directory: include.directory,
    role: include.role,
    keywords,
    moduleDefaults,
    inHandlers,
    chain: [],
  }
}
