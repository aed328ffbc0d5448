import { UserError, type Position } from '../../core/error.ts'
import type { Condition } from '../play.ts'
import { TemplateText, type Raw } from '../value.ts'
import { describeRaw, type Entry, type Located, type LocatedMap } from './located.ts'

/** The error for a value of a wrong type: `what` was found where `wanted` belongs. */
export const wrongType = (entry: Entry, wanted: string): UserError =>
  new UserError(
    'E_TYPE',
    `${String(entry.key)}: needs ${wanted}, not ${describeRaw(entry.value.raw)}`,
    {
      at: entry.value.at,
    },
  )

/** A dictionary; nothing counts as an empty one. */
export const mapIn = (entry: Entry): LocatedMap => {
  const { value } = entry
  if (value.kind === 'map') return value
  if (value.raw === null) return { kind: 'map', raw: new Map(), at: value.at, entries: new Map() }
  throw wrongType(entry, 'a dictionary')
}

/** The elements of a list; nothing counts as an empty one, and a lone value as one element. */
export const elementsIn = ({ value }: Entry): readonly Located[] =>
  value.kind === 'list' ? value.items : value.raw === null ? [] : [value]

/** The elements of what must be a list. */
export const listIn = (entry: Entry, of: string): readonly Located[] => {
  if (entry.value.kind === 'list') return entry.value.items
  if (entry.value.raw === null) return []
  throw wrongType(entry, `a list of ${of}`)
}

/** A text that is no template; a number is taken as it is written. */
export const constantText = (entry: Entry): string => {
  const { raw } = entry.value
  if (typeof raw === 'string') return raw
  if (typeof raw === 'number') return plainOf(entry.value) ?? String(raw)
  if (raw instanceof TemplateText)
    throw new UserError('E_UNSUPPORTED', `${String(entry.key)}: cannot be a template`, {
      at: entry.value.at,
    })
  throw wrongType(entry, 'a text')
}

const plainOf = (value: Located): string | undefined =>
  value.kind === 'scalar' ? value.plain : undefined

const BOOLEAN_WORDS = new Set([
  'yes',
  'no',
  'true',
  'false',
  'on',
  'off',
  '1',
  '0',
  'y',
  'n',
  't',
  'f',
])

/** Yes or no, or a template. */
export const booleanIn = (entry: Entry): Raw => {
  const { raw } = entry.value
  if (typeof raw === 'boolean' || raw instanceof TemplateText || raw === 0 || raw === 1) return raw
  if (typeof raw === 'string' && BOOLEAN_WORDS.has(raw.toLowerCase())) return raw
  throw wrongType(entry, 'yes or no')
}

/** Yes or no, known now. */
export const constantBoolean = (entry: Entry): boolean => {
  const raw = booleanIn(entry)
  if (typeof raw === 'boolean') return raw
  return /^(?:yes|true|on|1|y|t)$/i.test(constantText(entry))
}

/** A text, a number or a template. */
export const textIn = (entry: Entry): Raw => {
  const { raw } = entry.value
  if (typeof raw === 'string' || typeof raw === 'number' || raw instanceof TemplateText) return raw
  throw wrongType(entry, 'a text')
}

/** A number, as such or as text, or a template. */
export const numberIn = (entry: Entry): Raw => {
  const { raw } = entry.value
  if (typeof raw === 'number' || raw instanceof TemplateText) return raw
  if (typeof raw === 'string' && /^\s*[-+]?\d+(\.\d+)?\s*$/.test(raw)) return raw
  throw wrongType(entry, 'a number')
}

const IDENTIFIER = /^[A-Za-z_]\w*$/

/** The name of a variable. */
export const variableIn = (entry: Entry): string => {
  const name = constantText(entry)
  if (IDENTIFIER.test(name)) return name
  throw new UserError(
    'E_VARIABLE_NAME',
    `${String(entry.key)}: "${name}" cannot be a variable's name`,
    {
      at: entry.value.at,
      hint: 'letters, digits and "_", and no digit first',
    },
  )
}

/** Conditions of `when` and the like: a bare expression, yes or no, or a list of these. */
export const conditionsIn = (entry: Entry): readonly Condition[] =>
  elementsIn(entry)
    .filter(element => element.raw !== null)
    .map(element => condition({ ...entry, value: element }))

const WHOLE_TEMPLATE = /^\s*\{\{((?:(?!\}\}).)*)\}\}\s*$/s

const condition = (entry: Entry): Condition => {
  const { raw, at } = entry.value
  if (typeof raw === 'boolean' || typeof raw === 'number') return { source: String(raw), at }
  if (typeof raw === 'string') return { source: raw, at: textAt(entry.value) }
  if (!(raw instanceof TemplateText)) throw wrongType(entry, 'an expression, yes or no')
  const inner = WHOLE_TEMPLATE.exec(raw.source)?.[1]
  if (inner !== undefined) return { source: inner, at: raw.place(1, raw.source.indexOf('{{') + 3) }
  if (!/\{\{.*\}\}/s.test(raw.source)) return { source: raw.source, at: raw.at }
  throw new UserError('E_CONDITION', `${String(entry.key)}: is an expression already`, {
    at: raw.at,
    hint: 'write the variable without "{{" and "}}"; join texts with "~"',
  })
}

const textAt = (value: Located): Position => (value.kind === 'scalar' ? value.text().at : value.at)
