import { UserError, type Position } from '../../core/error.ts'
import { actions } from '../actions.ts'
import { TemplateText, type Raw } from '../value.ts'
import { mapIn, wrongType } from './expect.ts'
import { splitPairs } from './keyvalue.ts'
import type { Entry, Located } from './located.ts'
import type { ModuleShape } from './surroundings.ts'

/** A task's arguments as the contract of `Task` has them. */
export interface ReadArgs {
  readonly args: Map<string, Raw>
  readonly argsAt: Map<string, Position>
  readonly freeForm: Raw | undefined
}

/** Reads what stands behind a module's name: a dictionary, `key=value`, free text, or nothing. */
export const readArgs = (entry: Entry, shape: ModuleShape): ReadArgs => {
  const { value } = entry
  if (value.kind === 'map') return fromEntries(value.entries.values())
  if (value.raw === null) return fromEntries([])
  if (value.kind === 'list') return fromList(entry, shape)
  if (typeof value.raw !== 'string' && !(value.raw instanceof TemplateText))
    return { ...fromEntries([]), freeForm: freeValue(entry, shape) }
  return fromText(value, shape)
}

const fromEntries = (entries: Iterable<Entry>): ReadArgs => {
  const args = new Map<string, Raw>()
  const argsAt = new Map<string, Position>()
  for (const { key, keyAt, value } of entries) {
    args.set(String(key), value.raw)
    argsAt.set(String(key), keyAt)
  }
  return { args, argsAt, freeForm: undefined }
}

const fromList = (entry: Entry, shape: ModuleShape): ReadArgs => {
  if (shape.freeForm !== undefined) return { ...fromEntries([]), freeForm: entry.value.raw }
  throw wrongType(entry, 'a dictionary of arguments')
}

const freeValue = (entry: Entry, shape: ModuleShape): Raw => {
  if (shape.freeForm !== undefined) return entry.value.raw
  throw wrongType(entry, 'a dictionary of arguments')
}

const WHOLE_TEMPLATE = /^\s*\{\{(?:(?!\}\}).)*\}\}\s*$/s

const fromText = (value: Located, shape: ModuleShape): ReadArgs => {
  if (value.kind !== 'scalar') return fromEntries([])
  const text = value.raw instanceof TemplateText ? value.raw : value.text()
  const free = { text, mayBeTemplate: value.raw instanceof TemplateText }
  const takesAnything = shape.freeForm === undefined
  // `module: "{{ dictionary }}"`: the whole of its arguments, known only when it is evaluated.
  if (takesAnything && free.mayBeTemplate && WHOLE_TEMPLATE.test(text.source))
    return { ...fromEntries([]), freeForm: text }
  const names = namesOf(shape)
  const { pairs, rest } = splitPairs(free, key => takesAnything || names.has(key))
  if (takesAnything && rest !== undefined && (pairs.length > 0 || text.source.trim() !== ''))
    throw new UserError('E_FREE_TEXT', `${shape.name}: takes no free text`, {
      at: value.at,
      hint: `write its parameters below it, as in "${exampleOf(shape)}"`,
    })
  return {
    args: new Map(pairs.map(({ key, value: raw }) => [key, raw])),
    argsAt: new Map(pairs.map(({ key, at }) => [key, at])),
    freeForm: takesAnything ? undefined : rest,
  }
}

const namesOf = ({ params, freeForm, name }: ModuleShape): ReadonlySet<string> => {
  const names = Object.entries(params).flatMap(([param, { aliases }]) => [param, ...aliases])
  // `include_vars: file=x` names the parameter that free text stands for; a command never does.
  return new Set(actions.has(name) ? names : names.filter(param => param !== freeForm))
}

const exampleOf = ({ params }: ModuleShape): string => `${Object.keys(params)[0] ?? 'name'}: …`

/** Adds `args:`; a value that stands with the module itself wins. */
export const withArgsKeyword = (read: ReadArgs, entry: Entry | undefined): ReadArgs => {
  if (entry === undefined) return read
  const { raw } = entry.value
  if (raw instanceof TemplateText) {
    if (read.args.size === 0 && read.freeForm === undefined) return { ...read, freeForm: raw }
    throw new UserError('E_UNSUPPORTED', 'args: a template cannot be merged with other arguments', {
      at: raw.at,
      hint: 'give the dictionary to the module itself, or list the arguments',
    })
  }
  const added = fromEntries(mapIn(entry).entries.values())
  return {
    ...read,
    args: new Map([...added.args, ...read.args]),
    argsAt: new Map([...added.argsAt, ...read.argsAt]),
  }
}

/** Adds the module's defaults for arguments that the task does not give, under any of their names. */
export const withDefaults = (
  read: ReadArgs,
  shape: ModuleShape,
  defaults: ReadonlyMap<unknown, Raw> | undefined,
): ReadArgs => {
  if (defaults === undefined) return read
  const canonical = (name: string): string =>
    Object.entries(shape.params).find(([, { aliases }]) => aliases.includes(name))?.[0] ?? name
  const given = new Set([...read.args.keys()].map(canonical))
  const added = [...defaults]
    .map(([name, raw]) => [String(name), raw] as const)
    .filter(([name]) => !given.has(canonical(name)))
  return { ...read, args: new Map([...added, ...read.args]) }
}
