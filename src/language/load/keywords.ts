import { UserError } from '../../core/error.ts'
import type { Keywords, VarsLayer } from '../play.ts'
import { TemplateText, type Raw, type RawMap } from '../value.ts'
import {
  booleanIn,
  conditionsIn,
  constantText,
  elementsIn,
  mapIn,
  numberIn,
  textIn,
  wrongType,
} from './expect.ts'
import type { Entry, Key, LocatedMap } from './located.ts'
import { UNSUPPORTED } from './keywordtable.ts'
import type { Surroundings } from './surroundings.ts'

type Entries = ReadonlyMap<Key, Entry>

/** What is in force where nobody has said anything. */
export const noKeywords: Keywords = {
  name: undefined,
  when: [],
  tags: [],
  vars: [],
  become: undefined,
  becomeUser: undefined,
  becomeMethod: undefined,
  remoteUser: undefined,
  environment: [],
  delegateTo: undefined,
  delegateFacts: undefined,
  runOnce: undefined,
  ignoreErrors: undefined,
  ignoreUnreachable: undefined,
  noLog: undefined,
  checkMode: undefined,
  diff: undefined,
  anyErrorsFatal: undefined,
  throttle: undefined,
  timeout: undefined,
  notify: [],
}

type Single = Exclude<
  {
    [K in keyof Keywords]-?: Raw | undefined extends Keywords[K] ? K : never
  }[keyof Keywords],
  'nameTemplate'
>

const SINGLE: Readonly<Record<string, readonly [Single, (entry: Entry) => Raw]>> = {
  become: ['become', booleanIn],
  become_user: ['becomeUser', textIn],
  become_method: ['becomeMethod', entry => becomeMethod(entry)],
  remote_user: ['remoteUser', textIn],
  delegate_to: ['delegateTo', textIn],
  delegate_facts: ['delegateFacts', booleanIn],
  run_once: ['runOnce', booleanIn],
  ignore_errors: ['ignoreErrors', booleanIn],
  ignore_unreachable: ['ignoreUnreachable', booleanIn],
  no_log: ['noLog', booleanIn],
  check_mode: ['checkMode', booleanIn],
  diff: ['diff', booleanIn],
  any_errors_fatal: ['anyErrorsFatal', booleanIn],
  throttle: ['throttle', numberIn],
  timeout: ['timeout', numberIn],
}

const becomeMethod = (entry: Entry): Raw => {
  const raw = textIn(entry)
  if (raw instanceof TemplateText) return raw
  const method = constantText(entry).replace(/^(?:ansible\.builtin|community\.general)\./, '')
  if (method === 'sudo' || method === 'su') return method
  throw new UserError('E_UNSUPPORTED', `become_method: "${method}" is not supported`, {
    at: entry.value.at,
    hint: 'supported are sudo and su',
  })
}

/** The keywords in force inside `entries`, those of `around` included; a task inherits no name. */
export const readKeywords = (entries: Entries, around: Surroundings): Keywords => {
  const { mistakes } = around
  const outer = around.keywords
  const read = <T>(name: string, reader: (entry: Entry) => T): T | undefined => {
    const entry = entries.get(name)
    return entry === undefined ? undefined : mistakes.catching(() => reader(entry))
  }
  const singles: Partial<Record<Single, Raw>> = {}
  for (const [name, [field, reader]] of Object.entries(SINGLE)) {
    const raw = read(name, reader)
    if (raw !== undefined) singles[field] = raw
  }
  const notified = read('notify', elementsIn) ?? []
  return {
    ...outer,
    ...singles,
    ...read('name', nameIn),
    when: [...outer.when, ...(read('when', conditionsIn) ?? [])],
    tags: [...new Set([...outer.tags, ...(read('tags', tagsIn) ?? [])])],
    vars: [...outer.vars, ...(read('vars', varsIn) ?? [])],
    environment: [...outer.environment, ...(read('environment', environmentIn) ?? [])],
    notify: [...outer.notify, ...notified.map(({ raw }) => raw)],
    notifyAt: [...(outer.notifyAt ?? []), ...notified.map(({ at }) => at)],
  }
}

const nameIn = (entry: Entry): Pick<Keywords, 'name' | 'nameTemplate'> => {
  const { raw } = entry.value
  if (raw instanceof TemplateText) return { name: raw.source, nameTemplate: raw }
  return { name: raw === null ? undefined : constantText(entry), nameTemplate: undefined }
}

/** Tags as a list or as `a,b`. */
const tagsIn = (entry: Entry): readonly string[] =>
  elementsIn(entry)
    .flatMap(element => constantText({ ...entry, value: element }).split(','))
    .map(tag => tag.trim())
    .filter(tag => tag !== '')

/** Variables as a dictionary, or as a list of dictionaries. */
export const varsIn = (entry: Entry): readonly VarsLayer[] =>
  elementsIn(entry).map(element => {
    const map = mapIn({ ...entry, value: element })
    checkNames(map)
    return { vars: map.raw, at: map.at }
  })

const checkNames = (map: LocatedMap): void => {
  for (const { key, keyAt } of map.entries.values())
    if (typeof key !== 'string' || !/^[A-Za-z_]\w*$/.test(key))
      throw new UserError('E_VARIABLE_NAME', `"${String(key)}" cannot be a variable's name`, {
        at: keyAt,
        hint: 'letters, digits and "_", and no digit first',
      })
}

const environmentIn = (entry: Entry): readonly Raw[] =>
  elementsIn(entry).map(({ raw, kind }) => {
    if (kind === 'map' || raw instanceof TemplateText) return raw
    throw wrongType(entry, 'a dictionary or a list of dictionaries')
  })

/** Notes keywords that would have to be ignored. */
export const refuseUnsupported = (entries: Entries, around: Surroundings): void => {
  for (const [name, { harmless, instead }] of Object.entries(UNSUPPORTED)) {
    const entry = entries.get(name)
    if (entry === undefined) continue
    const { raw } = entry.value
    if (typeof raw !== 'object' && harmless.includes(raw)) continue
    const fact =
      harmless.length > 0 && (typeof raw === 'string' || typeof raw === 'number')
        ? `"${name}: ${raw}" is not supported`
        : `"${name}" is not supported`
    around.mistakes.add(new UserError('E_UNSUPPORTED', fact, { at: entry.keyAt, hint: instead }))
  }
}

/** Defaults of modules' arguments by module, an inner place's over an outer one's. */
export const readModuleDefaults = (
  entries: Entries,
  around: Surroundings,
): ReadonlyMap<string, RawMap> => {
  const entry = entries.get('module_defaults')
  if (entry === undefined) return around.moduleDefaults
  const merged = new Map(around.moduleDefaults)
  around.mistakes.catching(() => {
    for (const own of mapIn(entry).entries.values()) {
      const name = String(own.key)
      if (name.startsWith('group/'))
        throw new UserError('E_UNSUPPORTED', `module_defaults: "${name}" is not supported`, {
          at: own.keyAt,
          hint: 'name the modules one by one',
        })
      const short = name.slice(name.lastIndexOf('.') + 1)
      merged.set(short, new Map([...(merged.get(short) ?? []), ...mapIn(own).raw]))
    }
  })
  return merged
}
