import { TemplateError } from '../error.ts'
import { compare } from '../runtime/compare.ts'
import { printValue } from '../runtime/print.ts'
import { demand, dictEntries, typeName, unmark } from '../runtime/values.ts'

/** How JSON is written; the defaults are those of Python's `json.dumps`. */
export interface JsonOptions {
  /** Spaces per level; without it, all on one line. */
  readonly indent?: number | undefined
  readonly sortKeys?: boolean
  /** Writes what is not ASCII as \\uXXXX; on by default, as in Python. */
  readonly ascii?: boolean
  /** What stands between items and behind a key. */
  readonly separators?: readonly [string, string]
}

/** A value as JSON, byte for byte as Python's `json.dumps` writes it. */
export const toJson = (value: unknown, options: JsonOptions = {}): string =>
  writeJson(value, options, 0)

const writeJson = (given: unknown, options: JsonOptions, level: number): string => {
  const value = unmark(demand(given))
  if (value === null) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number' || typeof value === 'bigint') return writeNumber(value)
  if (typeof value === 'string') return writeText(value, options)
  const inner = (item: unknown): string => writeJson(item, options, level + 1)
  if (Array.isArray(value)) return brackets('[]', value.map(inner), options, level)
  if (!(value instanceof Map))
    throw new TemplateError(`a value of type '${typeName(value)}' cannot be written as JSON`)
  const entries = [...dictEntries(value)]
  if (options.sortKeys) entries.sort((left, right) => compare(left[0], right[0]))
  const colon = options.separators?.[1] ?? ': '
  const written = entries.map(
    entry => writeText(keyText(entry[0]), options) + colon + inner(entry[1]),
  )
  return brackets('{}', written, options, level)
}

const writeNumber = (value: number | bigint): string => {
  if (typeof value === 'bigint' || Number.isFinite(value)) return printValue(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
}

const keyText = (key: unknown): string =>
  key === null || typeof key === 'boolean' ? String(key) : printValue(key)

const writeText = (text: string, { ascii = true }: JsonOptions): string => {
  const quoted = JSON.stringify(text)
  return ascii ? quoted.replace(/[\u007f-\uffff]/g, escapeUnit) : quoted
}

const escapeUnit = (unit: string): string =>
  unit === '\u007f' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

const brackets = (
  pair: '[]' | '{}',
  items: readonly string[],
  { indent, separators }: JsonOptions,
  level: number,
): string => {
  const [open, close] = [pair.charAt(0), pair.charAt(1)]
  if (items.length === 0) return pair
  if (indent === undefined) return open + items.join(separators?.[0] ?? ', ') + close
  const margin = `\n${' '.repeat(indent * (level + 1))}`
  const comma = (separators?.[0] ?? ',') + margin
  return `${open}${margin}${items.join(comma)}\n${' '.repeat(indent * level)}${close}`
}
