import { UserError } from '../../core/error.ts'
import { didYouMeanOr } from '../../core/nearest.ts'
import type { Node, Play, VarsLayer, VarsPrompt } from '../play.ts'
import { TemplateText, type Raw } from '../value.ts'
import {
  booleanIn,
  constantBoolean,
  constantText,
  elementsIn,
  listIn,
  mapIn,
  numberIn,
  variableIn,
  wrongType,
} from './expect.ts'
import { readKeywords, refuseUnsupported, varsIn } from './keywords.ts'
import { isKeyword } from './keywordtable.ts'
import type { Entry, Key, Located, LocatedMap } from './located.ts'
import { unknownKeyword } from './modulename.ts'
import { readRoleEntry } from './role.ts'
import { nothingGathered, type Surroundings } from './surroundings.ts'
import { tasksIn, within } from './tasks.ts'

type Entries = ReadonlyMap<Key, Entry>

/** Reads a play; `around` holds what an `import_playbook` gives to it. */
export const readPlay = (item: LocatedMap, around: Surroundings): Play => {
  const { entries } = item
  checkKeys(item, around)
  const hosts = hostsOf(item)
  const outer = { ...around, keywords: { ...around.keywords, vars: [] } }
  const keywords = readKeywords(without(entries, 'vars'), outer)
  const gathered = nothingGathered()
  const inside = { ...within(around, keywords, item), gathered }
  const sections = readSections(entries, inside)
  const own = tasksIn(entries.get('handlers'), { ...inside, inHandlers: true })
  return {
    name: keywords.name ?? nameOf(hosts),
    at: item.at,
    hosts: hosts.value.raw,
    keywords,
    ...playKeywords(entries, around),
    ...variablesOf(entries, around),
    sections,
    // Handlers of roles come first, so that the play's own win over those of the same name.
    handlers: [...gathered.handlers, ...own],
    roles: gathered.roles,
    directory: around.directory,
  }
}

const without = (entries: Entries, name: string): Entries =>
  new Map([...entries].filter(([key]) => key !== name))

const checkKeys = ({ entries }: LocatedMap, around: Surroundings): void => {
  for (const { key, keyAt } of entries.values())
    if (!isKeyword(String(key), 'play'))
      around.mistakes.add(unknownKeyword(String(key), { at: keyAt, place: 'play' }))
  const hosts = entries.get('hosts')
  const isLocal =
    entries.get('connection')?.value.raw === 'local' &&
    hosts !== undefined &&
    elementsIn(hosts).every(({ raw }) => raw === 'localhost' || raw === '127.0.0.1')
  refuseUnsupported(isLocal ? without(entries, 'connection') : entries, around)
}

const hostsOf = ({ entries, at }: LocatedMap): Entry => {
  const entry = entries.get('hosts')
  if (entry === undefined)
    throw new UserError('E_MISSING_KEYWORD', 'a play needs "hosts"', {
      at,
      hint: 'a file of tasks alone is no playbook: they stand below "tasks:" of a play',
    })
  const patterns = elementsIn(entry)
  const isPattern = ({ raw }: Located): boolean =>
    (typeof raw === 'string' && raw !== '') || raw instanceof TemplateText
  if (patterns.length > 0 && patterns.every(isPattern)) return entry
  throw wrongType(entry, 'a pattern of hosts, or a list of patterns')
}

const nameOf = (hosts: Entry): string =>
  elementsIn(hosts)
    .map(({ raw }) =>
      raw instanceof TemplateText ? raw.source : typeof raw === 'string' ? raw : '',
    )
    .join(',')

const readSections = (entries: Entries, inside: Surroundings): readonly (readonly Node[])[] => {
  const roles = entries.get('roles')
  const items =
    roles === undefined ? [] : (inside.mistakes.catching(() => listIn(roles, 'roles')) ?? [])
  // Read in the order in which they run, for roles that a later one must not repeat.
  const before = tasksIn(entries.get('pre_tasks'), inside)
  const ofRoles = items.flatMap(item => readRoleEntry(item, inside, []))
  const tasks = tasksIn(entries.get('tasks'), inside)
  const after = tasksIn(entries.get('post_tasks'), inside)
  return [before, [...ofRoles, ...tasks], after].filter(section => section.length > 0)
}

type Settings = Pick<
  Play,
  'gatherFacts' | 'serial' | 'maxFailPercentage' | 'forceHandlers' | 'anyErrorsFatal' | 'order'
>

const playKeywords = (entries: Entries, { mistakes }: Surroundings): Settings => {
  const read = <T>(name: string, reader: (entry: Entry) => T): T | undefined => {
    const entry = entries.get(name)
    return entry === undefined ? undefined : mistakes.catching(() => reader(entry))
  }
  return {
    gatherFacts: read('gather_facts', booleanIn),
    serial: read('serial', serialIn) ?? [],
    maxFailPercentage: read('max_fail_percentage', numberIn),
    forceHandlers: read('force_handlers', booleanIn),
    anyErrorsFatal: read('any_errors_fatal', booleanIn),
    order: read('order', orderIn),
  }
}

const serialIn = (entry: Entry): readonly Raw[] =>
  elementsIn(entry).map(element => {
    const { raw } = element
    if (typeof raw === 'string' && /^\d+(\.\d+)?%$/.test(raw)) return raw
    return numberIn({ ...entry, value: element })
  })

const ORDERS = ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle']

const orderIn = (entry: Entry): string => {
  const order = constantText(entry)
  if (ORDERS.includes(order)) return order
  throw new UserError('E_TYPE', `order: "${order}" is not known`, {
    at: entry.value.at,
    hint: didYouMeanOr(order, ORDERS, 'known'),
  })
}

type Variables = Pick<Play, 'vars' | 'varsFiles' | 'varsFilesAt' | 'varsPrompt'>

const variablesOf = (entries: Entries, around: Surroundings): Variables => {
  const read = <T>(name: string, reader: (entry: Entry) => readonly T[]): readonly T[] => {
    const entry = entries.get(name)
    return entry === undefined ? [] : (around.mistakes.catching(() => reader(entry)) ?? [])
  }
  const files = read('vars_files', elementsIn).filter(({ raw }) => raw !== null)
  return {
    // Those of an `import_playbook` count as the play's own, which win over them.
    vars: merged([...around.keywords.vars, ...read('vars', varsIn)]),
    varsFiles: files.map(({ raw }) => raw),
    varsFilesAt: files.map(({ at }) => at),
    varsPrompt: read('vars_prompt', entry => listIn(entry, 'prompts').map(promptOf)),
  }
}

const merged = (layers: readonly VarsLayer[]): VarsLayer | undefined => {
  const last = layers.at(-1)
  if (last === undefined) return undefined
  return { vars: new Map(layers.flatMap(({ vars }) => [...vars])), at: last.at }
}

const PROMPT_KEYS = ['name', 'prompt', 'private', 'default', 'confirm', 'unsafe']

const promptOf = (item: Located): VarsPrompt => {
  const { entries } = mapIn({ key: 'vars_prompt', keyAt: item.at, value: item })
  for (const { key, keyAt } of entries.values())
    if (!PROMPT_KEYS.includes(String(key)))
      throw new UserError('E_UNSUPPORTED', `vars_prompt: "${String(key)}" is not supported`, {
        at: keyAt,
        hint: didYouMeanOr(String(key), PROMPT_KEYS, 'supported'),
      })
  const name = entries.get('name')
  if (name === undefined)
    throw new UserError('E_MISSING_KEYWORD', 'vars_prompt: needs "name"', { at: item.at })
  const isPrivate = entries.get('private')
  const confirm = entries.get('confirm')
  return {
    name: variableIn(name),
    prompt: entries.get('prompt')?.value.raw,
    isPrivate: isPrivate === undefined || constantBoolean(isPrivate),
    default: entries.get('default')?.value.raw,
    confirm: confirm !== undefined && constantBoolean(confirm),
  }
}
