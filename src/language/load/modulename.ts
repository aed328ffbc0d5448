import { UserError } from '../../core/error.ts'
import { didYouMean } from '../../core/nearest.ts'
import { actions } from '../actions.ts'
import { isKeyword, keywordsOf, placesOf, type Place } from './keywordtable.ts'
import type { Entry, Key } from './located.ts'
import type { ModuleShape, Surroundings } from './surroundings.ts'

type Entries = ReadonlyMap<Key, Entry>

// Collections whose modules we have under their short names.
const COLLECTION =
  /^(?:ansible\.(?:builtin|legacy|posix|utils|mysql)|community\.(?:general|mysql|crypto|docker))\./

/** `ansible.builtin.apt` as `apt`; a name of a collection that we do not know stays as it is. */
export const shortName = (name: string): string => name.replace(COLLECTION, '')

/** Tasks that bring in other tasks; the loader reads them itself. */
export const BRINGS_IN = ['include_tasks', 'import_tasks', 'include_role', 'import_role']

/** The parameters of a module or of one of the engine's actions. */
export const shapeOf = (name: string, { options }: Surroundings): ModuleShape | undefined =>
  options.modules.get(name) ?? actions.get(name)

const isKnown = (name: string, around: Surroundings): boolean =>
  BRINGS_IN.includes(name) || shapeOf(name, around) !== undefined

/** The entry that names a task's module; notes all other entries that are no keywords. */
export const moduleEntry = (entries: Entries, around: Surroundings): Entry | undefined => {
  const place: Place = around.inHandlers ? 'handler' : 'task'
  const candidates = [...entries.values()].filter(({ key }) => !isKeyword(String(key), place))
  const given = [...entries.values()].filter(
    ({ key }) => key === 'action' || key === 'local_action',
  )
  const known = candidates.filter(({ key }) => isKnown(shortName(String(key)), around))
  const [entry, second] = [...given, ...known]
  if (entry !== undefined && second !== undefined) {
    around.mistakes.add(twoModules(entry, second))
    return undefined
  }
  for (const candidate of candidates)
    if (candidate !== entry) around.mistakes.add(unknownKey(candidate, { entry, place, around }))
  return entry
}

const twoModules = (first: Entry, second: Entry): UserError =>
  new UserError(
    'E_TWO_MODULES',
    `a task has one module, not "${String(first.key)}" and "${String(second.key)}"`,
    { at: second.keyAt, hint: 'begin a new task with "-"' },
  )

interface KeyContext {
  readonly entry: Entry | undefined
  readonly place: Place
  readonly around: Surroundings
}

const unknownKey = ({ key, keyAt }: Entry, { entry, place, around }: KeyContext): UserError => {
  const name = String(key)
  if (entry !== undefined || placesOf(name).length > 0)
    return unknownKeyword(name, { at: keyAt, place, hint: parameterHint(name, entry, around) })
  return unknownModule(name, keyAt, around)
}

// The commonest slip: a parameter that is not indented far enough.
const parameterHint = (
  name: string,
  entry: Entry | undefined,
  around: Surroundings,
): string | undefined => {
  const module = shortName(String(entry?.key))
  const params = shapeOf(module, around)?.params ?? {}
  const isParameter = Object.entries(params).some(
    ([param, { aliases }]) => param === name || aliases.includes(name),
  )
  return isParameter ? `it is a parameter of ${module}: indent it below "${module}:"` : undefined
}

/** The error for a module that does not exist. */
export const unknownModule = (
  name: string,
  at: Entry['keyAt'],
  around: Surroundings,
): UserError => {
  const short = shortName(name)
  const modules = [...around.options.modules.keys(), ...actions.keys(), ...BRINGS_IN]
  const collection = /^(\w+\.\w+)\.\w+$/.exec(short)?.[1]
  const hint =
    REPLACED[short] ??
    (collection === undefined
      ? (didYouMean(short, [...modules, ...keywordsOf('task')]) ?? LIST_MODULES)
      : `the collection ${collection} is not known; ${LIST_MODULES}`)
  return new UserError('E_UNKNOWN_MODULE', `unknown module or keyword "${name}"`, { at, hint })
}

const REPLACED: Readonly<Record<string, string>> = {
  include: 'use "include_tasks", or "import_tasks" for a file that is always the same',
  import_playbook: 'it stands beside the plays of a playbook, not in a task',
}

const LIST_MODULES = '"provision modules" lists the modules'

interface Unknown {
  readonly at: Entry['keyAt']
  readonly place: Place
  readonly hint?: string | undefined
}

/** The error for a key that is no keyword of a play, role, block or task. */
export const unknownKeyword = (name: string, { at, place, hint }: Unknown): UserError => {
  const elsewhere = placesOf(name)
  const fact =
    elsewhere.length === 0
      ? `unknown keyword "${name}" of a ${place}`
      : `"${name}" is a keyword of a ${elsewhere.join(', ')}, not of a ${place}`
  return new UserError('E_UNKNOWN_KEYWORD', fact, {
    at,
    hint: hint ?? (elsewhere.length === 0 ? didYouMean(name, keywordsOf(place)) : undefined),
  })
}
