import { isSecret } from './secret.ts'
import type { Coercion, Params } from './schema.ts'

/**
 * Brings a value into the form that a parameter asks for, as Ansible does; what cannot be brought
 * there comes back as it is, for the schema to refuse.
 */
const coerce = (value: unknown, coercion: Coercion, choices: unknown): unknown => {
  switch (coercion.to) {
    case 'text':
      return toText(value, choices)
    case 'line':
      return withoutBreak(toText(value, undefined))
    case 'integer':
      return toNumber(value, /^\s*[-+]?\d+\s*$/)
    case 'number':
      return toNumber(value, /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/)
    case 'boolean':
      return toBoolean(value)
    case 'mode':
      return toMode(value)
    case 'list':
      return toList(value, coercion.of)
    case 'record':
      return toRecord(value, coercion.fields)
    case 'anything':
      return value
  }
}

const toText = (value: unknown, choices: unknown): unknown => {
  if (typeof value === 'number') return String(value)
  if (isSecret(value)) return value.reveal()
  if (typeof value !== 'boolean') return value
  // YAML reads `no` as a boolean where the module has a choice of that name.
  const words = value ? ['yes', 'true', 'on'] : ['no', 'false', 'off']
  const chosen = Array.isArray(choices) ? words.find(word => choices.includes(word)) : undefined
  return chosen ?? (value ? 'True' : 'False')
}

const withoutBreak = (value: unknown): unknown =>
  typeof value === 'string' ? value.replace(/(?<![\r\n])[\r\n]+$/, '') : value

const toNumber = (value: unknown, form: RegExp): unknown =>
  typeof value === 'string' && form.test(value) ? Number(value) : value

const YES = new Set(['yes', 'on', 'true', '1', 'y', 't'])
const NO = new Set(['no', 'off', 'false', '0', 'n', 'f'])

const toBoolean = (value: unknown): unknown => {
  if (typeof value !== 'string' && typeof value !== 'number') return value
  const word = String(value).trim().toLowerCase()
  if (YES.has(word)) return true
  return NO.has(word) ? false : value
}

/** Octal digits for a number, which YAML has read from octal, and for digits; else as it is. */
const toMode = (value: unknown): unknown => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0)
    return value.toString(8).padStart(4, '0')
  if (typeof value !== 'string') return value
  const text = value.trim()
  return /^0?[0-7]{3,4}$/.test(text) ? text.slice(-4).padStart(4, '0') : text
}

const toList = (value: unknown, of: Coercion): unknown => {
  const parsed = parsedJson(value, '[')
  if (Array.isArray(parsed)) return parsed.map(item => coerce(item, of, undefined))
  if (typeof parsed === 'string' && isScalar(of))
    return parsed === '' ? [] : parsed.split(',').map(item => coerce(item.trim(), of, undefined))
  return [coerce(parsed, of, undefined)]
}

const isScalar = ({ to }: Coercion): boolean => to !== 'record' && to !== 'list'

const toRecord = (value: unknown, fields: Params | undefined): unknown => {
  const parsed = pairs(parsedJson(value, '{'))
  return fields === undefined || !isRecord(parsed) ? parsed : coerceFields(parsed, fields)
}

/** The fields under their own names, coerced, without empty ones, with defaults for missing ones. */
export const coerceFields = (
  given: Readonly<Record<string, unknown>>,
  fields: Params,
): Record<string, unknown> => {
  const named = canonical(given, fields)
  const result: Record<string, unknown> = {}
  for (const [name, { coercion, json, default: otherwise }] of Object.entries(fields)) {
    const value = named[name]
    if (value !== undefined && value !== null) result[name] = coerce(value, coercion, json['enum'])
    else if (otherwise !== undefined) result[name] = otherwise
  }
  for (const [name, value] of Object.entries(named))
    if (!Object.hasOwn(fields, name)) result[name] = value
  return result
}

const canonical = (
  given: Readonly<Record<string, unknown>>,
  fields: Params,
): Record<string, unknown> => {
  const result: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(given)) result[fieldOf(name, fields) ?? name] = value
  return result
}

/** The field that a name or an alias stands for. */
export const fieldOf = (name: string, fields: Params): string | undefined =>
  Object.hasOwn(fields, name)
    ? name
    : Object.keys(fields).find(field => fields[field]?.aliases.includes(name))

const parsedJson = (value: unknown, opening: string): unknown => {
  if (typeof value !== 'string' || !value.trimStart().startsWith(opening)) return value
  try {
    return JSON.parse(value) as unknown
  } catch (error) {
    // A text that only looks like JSON is what it is: the schema says what was expected.
    if (error instanceof SyntaxError) return value
    throw error
  }
}

const PAIR = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/

// `a=1,b=2`, which Ansible accepts for a dictionary.
const pairs = (value: unknown): unknown => {
  if (typeof value !== 'string') return value
  const found = value.split(',').map(part => PAIR.exec(part))
  return found.every(match => match !== null)
    ? Object.fromEntries(found.map(([, key, text]) => [key ?? '', text]))
    : value
}

/** Whether a value is a dictionary as modules get them. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isSecret(value)
