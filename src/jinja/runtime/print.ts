import { TemplateError } from '../error.ts'
import { Undefined } from './undefined.ts'
import { Callable, demand, dictEntries, Markup, TemplateObject, Tuple, typeName } from './values.ts'

/** Python's `str()`: the text of a value in a template. */
export const printValue = (value: unknown): string => {
  if (typeof value === 'string') return value
  if (value instanceof Markup) return value.text
  demand(value)
  return value instanceof Undefined ? '' : representValue(value)
}

/** Python's `repr()`: the text of a value inside a list or dictionary. */
export const representValue = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return quote(value)
    case 'boolean':
      return value ? 'True' : 'False'
    case 'number':
      return printNumber(value)
    case 'bigint':
      return value.toString()
    case 'object':
      return value === null ? 'None' : representObject(value)
    default:
      throw new TemplateError(`a value of type '${typeof value}' cannot be printed`)
  }
}

const representObject = (value: object): string => {
  demand(value)
  if (Array.isArray(value)) return representList(value)
  if (value instanceof Map) {
    const entries = Array.from(dictEntries(value), entry =>
      Array.from(entry, representValue).join(': '),
    )
    return `{${entries.join(', ')}}`
  }
  if (value instanceof Markup) return quote(value.text)
  if (value instanceof Callable) return `<function ${value.name}>`
  if (value instanceof TemplateObject) return value.print?.() ?? `<${value.typeName}>`
  if (value instanceof Undefined) return 'Undefined'
  return printForeign(value)
}

const representList = (value: readonly unknown[]): string => {
  const items = value.map(representValue).join(', ')
  if (!(value instanceof Tuple)) return `[${items}]`
  return value.length === 1 ? `(${items},)` : `(${items})`
}

// A host's object prints only if its class says how; Object's own answer helps nobody, and
// an object that must stay secret is one that has none.
const printForeign = (value: object): string => {
  const { toString } = value as { toString?: unknown }
  if (typeof toString === 'function' && toString !== Object.prototype.toString)
    return String(toString.call(value))
  throw new TemplateError(`a value of type '${typeName(value)}' cannot be printed`)
}

const printNumber = (value: number): string => {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Number.isInteger(value)) return BigInt(value).toString()
  // Python turns to exponents below 0.0001 and writes two digits of them at least.
  const text = Math.abs(value) < 1e-4 ? value.toExponential() : String(value)
  return text.replace(/e([+-])(\d)$/, 'e$10$2')
}

const ESCAPES = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

const quote = (text: string): string => {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text.replace(/[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?! )\p{Zs}/gu, escapeCharacter)
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark
}

const escapeCharacter = (character: string): string => {
  const known = ESCAPES.get(character)
  if (known !== undefined) return known
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
