import { join } from 'node:path'
import { UserError } from '../../core/error.ts'
import { didYouMeanOr } from '../../core/nearest.ts'
import type { Include, Keywords, Node, RoleFiles } from '../play.ts'
import { TemplateText, type Raw } from '../value.ts'
import { constantBoolean, constantText, mapIn, textIn } from './expect.ts'
import { firstFile, namesBeside } from './files.ts'
import { splitPairs } from './keyvalue.ts'
import { readKeywords, readModuleDefaults, refuseUnsupported } from './keywords.ts'
import { type Entry, type Key, type LocatedMap } from './located.ts'
import { readLoop } from './loop.ts'
import { BRINGS_IN, moduleEntry, shortName } from './modulename.ts'
import { readFileIn, useRole } from './role.ts'
import { inheritedFrom, type Surroundings } from './surroundings.ts'
import { withLoopVars } from './task.ts'

type Entries = ReadonlyMap<Key, Entry>

/** Reads an import or include; undefined when the task is none. */
export const readBringingIn = (
  item: LocatedMap,
  around: Surroundings,
): readonly Node[] | undefined => {
  const names = [...item.entries.keys()].map(key => shortName(String(key)))
  if (!names.some(name => BRINGS_IN.includes(name))) return undefined
  const entry = moduleEntry(item.entries, around)
  if (entry === undefined) return []
  refuseUnsupported(item.entries, around)
  const name = shortName(String(entry.key))
  refuseKeywords(item.entries, name, around)
  const isRole = name.endsWith('_role')
  const args = argumentsIn(entry, item.entries.get('args'), isRole ? 'name' : 'file')
  refuseArguments(args, name, around)
  const call: Call = { item, name, args, at: entry.keyAt }
  if (name.startsWith('include_')) return [includeOf(call, around)]
  return isRole ? importRole(call, around) : importTasks(call, around)
}

interface Call {
  readonly item: LocatedMap
  readonly name: string
  readonly args: Entries
  readonly at: Entry['keyAt']
}

// Keywords that say something of the include itself; others would have to reach what it names.
const OF_AN_INCLUDE = new Set(
  'args collections debugger ignore_errors loop loop_control name no_log run_once tags vars when'.split(
    ' ',
  ),
)
// Keywords that tasks do not inherit.
const OF_ONE_TASK = new Set(
  'changed_when delay failed_when listen loop loop_control poll register retries until'.split(' '),
)

const refuseKeywords = (entries: Entries, name: string, { mistakes }: Surroundings): void => {
  const isInclude = name.startsWith('include_')
  for (const { key, keyAt } of entries.values()) {
    const keyword = String(key)
    const isLoop = keyword === 'loop' || keyword === 'loop_control' || keyword.startsWith('with_')
    const isRefused = isInclude
      ? !OF_AN_INCLUDE.has(keyword) && !isLoop && shortName(keyword) !== name
      : OF_ONE_TASK.has(keyword) || isLoop
    if (!isRefused) continue
    const hint = isInclude
      ? 'put it below "apply:", or on the tasks themselves'
      : `use "${name.replace('import', 'include')}", or put it on the tasks themselves`
    const fact = `"${keyword}" has no effect on ${name}`
    mistakes.add(new UserError('E_UNKNOWN_KEYWORD', fact, { at: keyAt, hint }))
  }
}

const argumentsIn = (entry: Entry, args: Entry | undefined, main: 'file' | 'name'): Entries => {
  const added = args === undefined ? [] : mapIn(args).entries
  return new Map([...added, ...ownArguments(entry, main)])
}

const ownArguments = (entry: Entry, main: 'file' | 'name'): Entries => {
  const { value } = entry
  if (value.kind !== 'scalar') return mapIn(entry).entries
  if (value.raw === null) return new Map()
  const free = { text: value.text(), mayBeTemplate: value.raw instanceof TemplateText }
  const { pairs, rest } = splitPairs(free, key => ARGUMENTS[main].includes(key))
  const scalar = (key: string, raw: Raw, at: Entry['keyAt']): readonly [string, Entry] => [
    key,
    { key, keyAt: at, value: { ...value, raw } },
  ]
  const found = pairs.map(({ key, value: raw, at }) => scalar(key, raw, at))
  return new Map(rest === undefined ? found : [scalar(main, rest, entry.keyAt), ...found])
}

const ARGUMENTS = {
  file: ['file', 'apply'],
  name: [
    'name',
    'role',
    'tasks_from',
    'vars_from',
    'defaults_from',
    'handlers_from',
    'apply',
    'public',
    'allow_duplicates',
    'rolespec_validate',
  ],
}

const refuseArguments = (args: Entries, name: string, { mistakes }: Surroundings): void => {
  const known = ARGUMENTS[name.endsWith('_role') ? 'name' : 'file'].filter(
    argument => argument !== 'apply' || name.startsWith('include_'),
  )
  for (const { key, keyAt } of args.values())
    if (!known.includes(String(key)))
      mistakes.add(
        new UserError('E_UNKNOWN_PARAM', `${name}: unknown parameter "${String(key)}"`, {
          at: keyAt,
          hint: didYouMeanOr(String(key), known, 'known'),
        }),
      )
  const duplicates = args.get('allow_duplicates')
  if (duplicates !== undefined && !constantBoolean(duplicates))
    mistakes.add(
      new UserError('E_UNSUPPORTED', '"allow_duplicates: false" is not supported here', {
        at: duplicates.keyAt,
        hint: 'list the role under "roles:", where it runs once',
      }),
    )
}

const targetOf = ({ args, name, at }: Call): Entry => {
  const target = args.get('file') ?? args.get('name') ?? args.get('role')
  if (target !== undefined) return target
  const missing = name.endsWith('_role') ? 'name' : 'file'
  throw new UserError('E_MISSING_PARAM', `${name}: needs "${missing}"`, { at })
}

const constantTarget = (call: Call): string => {
  const target = targetOf(call)
  if (!(target.value.raw instanceof TemplateText)) return constantText(target)
  throw new UserError('E_UNSUPPORTED', `${call.name}: cannot name a template`, {
    at: target.value.at,
    hint: `use "${call.name.replace('import', 'include')}", which is evaluated in its turn`,
  })
}

/** The surroundings of what is imported: all of the import's keywords are inherited. */
const inside = ({ item }: Call, around: Surroundings, keywords: Keywords): Surroundings => ({
  ...around,
  keywords: { ...keywords, name: undefined, nameTemplate: undefined },
  moduleDefaults: readModuleDefaults(item.entries, around),
})

const importTasks = (call: Call, around: Surroundings): readonly Node[] => {
  const name = constantTarget(call)
  const { value } = targetOf(call)
  const { role, directory, playbookDirectory } = around
  const places = [
    directory,
    ...(role === undefined ? [] : [join(role.directory, 'tasks'), role.directory]),
    playbookDirectory,
  ]
  const candidates = name.startsWith('/') ? [name] : places.map(place => join(place, name))
  const file = firstFile(candidates)
  if (file === undefined)
    throw new UserError('E_FILE_MISSING', `there is no file "${name}" of tasks`, {
      at: value.at,
      hint: missingHint(name, candidates),
    })
  if (around.chain.includes(file))
    throw new UserError('E_IMPORT_CYCLE', `"${name}" imports itself`, { at: value.at })
  const keywords = readKeywords(call.item.entries, around)
  return readFileIn(file, {
    ...inside(call, around, keywords),
    chain: [...around.chain, file],
  })
}

/** The nearest name beside a missing file, or where it was looked for. */
export const missingHint = (name: string, candidates: readonly string[]): string => {
  const beside = candidates.flatMap(candidate => namesBeside(candidate))
  const stem = name.replace(/^.*\//, '').replace(/\.\w+$/, '')
  const hint = didYouMeanOr(stem, beside, '')
  return hint.startsWith('did') ? hint : `looked for ${[...new Set(candidates)].join(', ')}`
}

const importRole = (call: Call, around: Surroundings): readonly Node[] => {
  const keywords = readKeywords(call.item.entries, around)
  const use = {
    name: constantTarget(call),
    at: targetOf(call).value.at,
    keywords,
    params: [],
    files: { ...roleFiles(call.args), tasks: fileName(call.args, 'tasks_from') },
    once: false,
    validatesArguments: validates(call.args),
  }
  return useRole(use, inside(call, around, keywords)).nodes
}

const fileName = (args: Entries, name: string): string | undefined => {
  const entry = args.get(name)
  return entry === undefined ? undefined : constantText(entry)
}

const roleFiles = (args: Entries): RoleFiles => ({
  vars: fileName(args, 'vars_from'),
  defaults: fileName(args, 'defaults_from'),
  handlers: fileName(args, 'handlers_from'),
})

const validates = (args: Entries): boolean => {
  const entry = args.get('rolespec_validate')
  return entry === undefined || constantBoolean(entry)
}

const includeOf = (call: Call, around: Surroundings): Include => {
  const { item, args } = call
  const apply = args.get('apply')
  const applied = apply === undefined ? undefined : mapIn(apply)
  const loop = readLoop(item.entries)
  const tasksFrom = args.get('tasks_from')
  const outer = { ...around.keywords, name: undefined, nameTemplate: undefined }
  const inherited =
    applied === undefined ? outer : readKeywords(applied.entries, { ...around, keywords: outer })
  return {
    kind: 'include',
    what: call.name === 'include_role' ? 'role' : 'tasks',
    at: item.at,
    role: around.role,
    directory: around.directory,
    keywords: withLoopVars(readKeywords(item.entries, around), loop),
    target: textIn(targetOf(call)),
    tasksFrom: tasksFrom === undefined ? undefined : textIn(tasksFrom),
    isPublic: args.get('public')?.value.raw,
    apply: applied?.raw,
    roleFiles: roleFiles(args),
    validatesArguments: validates(args),
    inherited: inheritedFrom(around, inherited),
    loop: loop.loop,
  }
}
