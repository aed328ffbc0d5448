import { TemplateError } from '../error.ts'
import { printValue } from './print.ts'
import { toFixedEven } from './rounding.ts'
import { characters, checkSize, typeName } from './values.ts'

const SPEC = /^(?:([\s\S])?([<>=^]))?([+\- ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u

interface Spec {
  readonly fill: string
  readonly align: string | undefined
  readonly sign: string
  readonly alternate: boolean
  readonly width: number
  readonly group: string | undefined
  readonly precision: number | undefined
  readonly type: string | undefined
}

/** Python's `format(value, spec)`: `>8`, `05.1f`, `,d`. */
export const formatWithSpec = (value: unknown, text: string): string => {
  const spec = parseSpec(text)
  checkSize(spec.width, 'the string')
  if (typeof value === 'number' || typeof value === 'bigint') return formatNumber(value, spec)
  if (typeof value === 'boolean' && spec.type !== undefined && spec.type !== 's')
    return formatNumber(Number(value), spec)
  if (spec.type !== undefined && spec.type !== 's')
    throw new TemplateError(
      `the format '${text}' does not suit a value of type '${typeName(value)}'`,
    )
  const printed = printValue(value)
  const cut =
    spec.precision === undefined ? printed : Array.from(printed).slice(0, spec.precision).join('')
  return pad('', cut, spec, '<')
}

const parseSpec = (text: string): Spec => {
  const parts = SPEC.exec(text)
  if (!parts) throw new TemplateError(`'${text}' is not a valid format`)
  const [, fill, align, sign = '', alternate, zero, width, group, precision, type] = parts
  return {
    fill: fill ?? (zero && !align ? '0' : ' '),
    align: align ?? (zero ? '=' : undefined),
    sign,
    alternate: alternate !== undefined,
    width: Number(width ?? 0),
    group,
    precision: precision === undefined ? undefined : Math.min(Number(precision), 100),
    type,
  }
}

const formatNumber = (value: number | bigint, spec: Spec): string => {
  if (spec.type === 's') throw new TemplateError("the format 's' does not suit a number")
  const negative = value < 0
  const magnitude = negative ? -value : value
  const [digits, rest] = splitDigits(
    Number.isFinite(Number(value)) ? digitsOf(magnitude, spec) : printValue(magnitude),
  )
  const grouped = spec.group ? digits.replace(/\B(?=(?:\d{3})+$)/g, spec.group) : digits
  const sign = negative ? '-' : spec.sign === '-' ? '' : spec.sign
  return pad(sign, grouped + rest, spec, '>')
}

const splitDigits = (text: string): [string, string] => {
  const digits = /^\d*(?![\da-zA-Z])/.exec(text)?.[0] ?? ''
  return [digits, text.slice(digits.length)]
}

const RADIXES = new Map([
  ['b', 2],
  ['o', 8],
  ['x', 16],
  ['X', 16],
])

const digitsOf = (magnitude: number | bigint, spec: Spec): string => {
  const { type, precision = 6, alternate } = spec
  const number = Number(magnitude)
  const radix = RADIXES.get(type ?? '')
  if (radix !== undefined) {
    const digits = (alternate ? `0${type?.toLowerCase() ?? ''}` : '') + magnitude.toString(radix)
    return type === 'X' ? digits.toUpperCase() : digits
  }
  switch (type) {
    case undefined:
      return spec.precision === undefined ? printValue(magnitude) : general(number, precision)
    case 'd':
    case 'n':
      return printValue(magnitude)
    case 'c':
      return String.fromCodePoint(number)
    case 'f':
    case 'F':
      return toFixedEven(number, precision)
    case '%':
      return `${toFixedEven(number * 100, precision)}%`
    case 'e':
      return exponential(number, precision)
    case 'E':
      return exponential(number, precision).toUpperCase()
    case 'g':
      return general(number, precision)
    case 'G':
      return general(number, precision).toUpperCase()
    default:
      throw new TemplateError(`'${type}' is not a format of numbers`)
  }
}

const exponential = (number: number, precision: number): string =>
  number.toExponential(precision).replace(/e([+-])(\d)$/, 'e$10$2')

// Significant digits without trailing zeros, with an exponent for the very large and small.
const general = (number: number, precision: number): string => {
  const significant = Math.max(1, precision)
  const exponent = Number(/e(.*)$/.exec(number.toExponential(significant - 1))?.[1] ?? 0)
  if (exponent < -4 || exponent >= significant)
    return exponential(number, significant - 1).replace(/\.?0+e/, 'e')
  const text = number.toFixed(Math.max(0, significant - 1 - exponent))
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

const pad = (sign: string, text: string, spec: Spec, defaultAlign: string): string => {
  const missing = Math.max(0, spec.width - sign.length - characters(text).length)
  const fill = spec.fill
  switch (spec.align ?? defaultAlign) {
    case '=':
      return sign + fill.repeat(missing) + text
    case '<':
      return sign + text + fill.repeat(missing)
    case '^': {
      const before = Math.floor(missing / 2)
      return fill.repeat(before) + sign + text + fill.repeat(missing - before)
    }
    default:
      return fill.repeat(missing) + sign + text
  }
}
