import { didYouMeanOr } from '../../core/nearest.ts'
import { UserError } from '../../core/error.ts'
import type { Loop, VarsLayer } from '../play.ts'
import { TemplateText, type Raw } from '../value.ts'
import { constantBoolean, mapIn, numberIn, variableIn, wrongType } from './expect.ts'
import type { Entry, Key } from './located.ts'

type Entries = ReadonlyMap<Key, Entry>

/** A loop, and the variables that its list is made from. */
export interface ReadLoop {
  readonly loop: Loop | undefined
  readonly vars: readonly VarsLayer[]
}

/** Reads `loop` or `with_*`, and `loop_control`. */
export const readLoop = (entries: Entries): ReadLoop => {
  const sources = [...entries.values()].filter(({ key }) => isLoop(key))
  const control = controlOf(entries.get('loop_control'))
  const [source, second] = sources
  if (second !== undefined)
    throw new UserError(
      'E_TWO_LOOPS',
      `a task has one loop, not "${String(source?.key)}" and "${String(second.key)}"`,
      {
        at: second.keyAt,
      },
    )
  if (source === undefined) return { loop: undefined, vars: [] }
  const { items, vars } = source.key === 'loop' ? plainItems(source) : lookedUp(source)
  return { loop: { items, at: source.keyAt, ...control }, vars }
}

const isLoop = (key: Key): boolean =>
  key === 'loop' || (typeof key === 'string' && key.startsWith('with_'))

type Control = Omit<Loop, 'items' | 'at'>

const CONTROLS = ['loop_var', 'index_var', 'label', 'pause', 'extended', 'extended_allitems']

const controlOf = (entry: Entry | undefined): Control => {
  const control = entry === undefined ? undefined : mapIn(entry).entries
  for (const { key, keyAt } of control?.values() ?? []) {
    if (key === 'break_when')
      throw new UserError('E_UNSUPPORTED', '"break_when" is not supported', { at: keyAt })
    if (!CONTROLS.includes(String(key)))
      throw new UserError('E_UNKNOWN_KEYWORD', `unknown keyword "${String(key)}" of loop_control`, {
        at: keyAt,
        hint: didYouMeanOr(String(key), CONTROLS, 'known'),
      })
  }
  const read = <T>(name: string, reader: (entry: Entry) => T): T | undefined => {
    const found = control?.get(name)
    return found === undefined ? undefined : reader(found)
  }
  return {
    variable: read('loop_var', variableIn) ?? 'item',
    indexVariable: read('index_var', variableIn),
    label: read('label', found => found.value.raw),
    pause: read('pause', numberIn),
    extended: read('extended', constantBoolean) ?? false,
  }
}

const plainItems = (entry: Entry): { items: Raw; vars: readonly VarsLayer[] } => {
  const { raw } = entry.value
  if (Array.isArray(raw) || raw instanceof TemplateText) return { items: raw, vars: [] }
  const error = wrongType(entry, 'a list')
  const hint =
    entry.value.kind === 'map'
      ? 'give the dictionary as "{{ … | dict2items }}"'
      : 'a variable goes into "{{ … }}"'
  throw new UserError(error.code, error.message, { at: error.at, hint })
}

/** Holds the value of a `with_*` while its lookup reads it; a user's variable cannot be named so. */
const TERMS = '_provision_with'

const AS_LIST = `(${TERMS} if ${TERMS} is sequence and ${TERMS} is not string and ${TERMS} is not mapping else [${TERMS}])`

// `with_x: terms` is the lookup x over the terms; where a filter says the same, it is the filter.
const BY_FILTER: Readonly<Record<string, string>> = {
  items: `${AS_LIST} | flatten(levels=1, skip_nulls=false)`,
  list: AS_LIST,
  flattened: `${AS_LIST} | flatten`,
}

const lookedUp = (entry: Entry): { items: Raw; vars: readonly VarsLayer[] } => {
  const name = String(entry.key).slice('with_'.length)
  const at = entry.value.at
  const terms =
    entry.value.kind === 'list' || entry.value.raw instanceof TemplateText ? `*${AS_LIST}` : TERMS
  const expression = BY_FILTER[name] ?? `query('${name}', ${terms})`
  if (!/^\w+(?:\.\w+)*$/.test(name))
    throw new UserError('E_UNKNOWN_KEYWORD', `unknown keyword "${String(entry.key)}"`, {
      at: entry.keyAt,
    })
  if (entry.value.raw === null) throw wrongType(entry, 'a list')
  return {
    items: new TemplateText(`{{ ${expression} }}`, at),
    vars: [{ vars: new Map([[TERMS, entry.value.raw]]), at }],
  }
}
