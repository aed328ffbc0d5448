import { TemplateError } from '../error.ts'
import { asInteger, asNumber, optional } from '../runtime/arguments.ts'
import { isTruthy } from '../runtime/compare.ts'
import { type Filter, filterWith } from '../runtime/filter.ts'
import { roundEven, toFixedEven } from '../runtime/rounding.ts'

const INTEGER = /^[+-]?\d(?:_?\d)*$/
const FLOAT = /^[+-]?(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d+)?$/
const SPECIAL = /^([+-]?)(?:(inf|infinity)|nan)$/i
const PREFIXES = new Map([
  [2, '0b'],
  [8, '0o'],
  [16, '0x'],
])

const parseInteger = (text: string, base: number): number | undefined => {
  const trimmed = text.trim()
  if (base === 10) return INTEGER.test(trimmed) ? Number(trimmed.replaceAll('_', '')) : undefined
  const negative = trimmed.startsWith('-')
  const digits = trimmed.replace(/^[+-]/, '').replaceAll('_', '').toLowerCase()
  const prefix = PREFIXES.get(base) ?? ''
  const bare = prefix !== '' && digits.startsWith(prefix) ? digits.slice(2) : digits
  // Base 0 goes by the prefix that the text has.
  if (base === 0)
    return Number.isInteger(Number(digits)) && digits !== ''
      ? (negative ? -1 : 1) * Number(digits)
      : undefined
  const valid = bare !== '' && Array.from(bare).every(digit => parseInt(digit, 36) < base)
  return valid ? (negative ? -1 : 1) * parseInt(bare, base) : undefined
}

const parseFloatText = (text: string): number | undefined => {
  const trimmed = text.trim()
  if (FLOAT.test(trimmed)) return Number(trimmed.replaceAll('_', ''))
  const special = SPECIAL.exec(trimmed)
  if (!special) return undefined
  return special[2] === undefined ? NaN : special[1] === '-' ? -Infinity : Infinity
}

const toFloat = (value: unknown): number | undefined => {
  if (typeof value === 'string') return parseFloatText(value)
  const isNumber =
    typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
  return isNumber ? Number(value) : undefined
}

const int = filterWith('default base', (value, [otherwise = 0, base]) => {
  const radix = optional(base, 10, asInteger, 'base')
  const integer = typeof value === 'string' ? parseInteger(value, radix) : undefined
  if (integer !== undefined) return integer
  const float = toFloat(value)
  return float !== undefined && Number.isFinite(float) ? Math.trunc(float) : otherwise
})

const float = filterWith('default', (value, [otherwise = 0]) => toFloat(value) ?? otherwise)

const round = filterWith('precision method', (value, [precision, method = 'common']) => {
  const number = asNumber(value, "the value for 'round'")
  const digits = optional(precision, 0, asInteger, 'precision')
  const factor = 10 ** digits
  if (method === 'ceil') return Math.ceil(number * factor) / factor
  if (method === 'floor') return Math.floor(number * factor) / factor
  if (method !== 'common') throw new TemplateError("the method of 'round' is common, ceil or floor")
  return roundEven(number, digits)
})

const UNITS = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']

const filesizeformat = filterWith('binary', (value, [binary = false]) => {
  const bytes = toFloat(value)
  if (bytes === undefined) throw new TemplateError("'filesizeformat' needs a number")
  const isBinary = isTruthy(binary)
  const base = isBinary ? 1024 : 1000
  if (bytes === 1) return '1 Byte'
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`
  const found = UNITS.findIndex((_, index) => bytes < base ** (index + 2))
  const power = found < 0 ? UNITS.length - 1 : found
  const unit = UNITS[power] ?? ''
  const amount = toFixedEven(bytes / base ** (power + 1), 1)
  return `${amount} ${isBinary ? `${unit.toUpperCase()}i` : unit}B`
})

/** Filters for numbers. */
export const NUMBER_FILTERS: Readonly<Record<string, Filter>> = {
  int,
  float,
  round,
  filesizeformat,
  abs: filterWith('', value => Math.abs(asNumber(value, "the value for 'abs'"))),
}
