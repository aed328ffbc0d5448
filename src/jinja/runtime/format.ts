import { TemplateError } from '../error.ts'
import { getPlainItem } from './entries.ts'
import { formatWithSpec } from './formatspec.ts'
import { printValue, representValue } from './print.ts'
import { type Args, characters, demand, type Kwargs, Tuple, typeName } from './values.ts'

const PERCENT = /%(?:\(([^)]*)\))?([#0\- +]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?([\s\S]?)/g

/** Python's `text % value`, the formatting of printf. */
export const formatPercent = (text: string, value: unknown): string => {
  const values = value instanceof Tuple ? value : [value]
  let used = 0
  const next = (): unknown => {
    if (used >= values.length) throw new TemplateError('not enough arguments for the format string')
    return demand(values[used++])
  }
  const result = text.replace(PERCENT, (_whole, ...groups: (string | undefined)[]) => {
    const [key, flags = '', width, precision, type = ''] = groups
    if (type === '%') return '%'
    const sizes = [width, precision].map(size => (size === '*' ? String(next()) : size))
    const subject = key === undefined ? next() : demand(getPlainItem(value, key))
    return formatDirective(subject, flags, sizes, type)
  })
  if (used < values.length && !(value instanceof Map))
    throw new TemplateError('the format string does not use all of its arguments')
  return result
}

const formatDirective = (
  value: unknown,
  flags: string,
  [width = '', precision]: (string | undefined)[],
  type: string,
): string => {
  const left = flags.includes('-')
  const point = precision === undefined ? '' : `.${precision}`
  if (type === 's' || type === 'r' || type === 'a') {
    const text = type === 's' ? printValue(value) : representValue(value)
    return formatWithSpec(text, `${left ? '<' : '>'}${width}${point}s`)
  }
  if (type === 'c' && typeof value === 'string')
    return formatWithSpec(value, `${left ? '<' : '>'}${width}s`)
  if (!/^[diouxXeEfFgGc]$/.test(type))
    throw new TemplateError(`'%${type}' is no format that % knows`)
  const number = typeof value === 'boolean' ? Number(value) : value
  if (typeof number !== 'number' && typeof number !== 'bigint')
    throw new TemplateError(`'%${type}' needs a number, not '${typeName(value)}'`)
  const integral = 'diuoxXc'.includes(type)
  const align = left ? '<' : flags.includes('0') ? '0=' : '>'
  const signs = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
  const alternate = flags.includes('#') && !'diu'.includes(type) ? '#' : ''
  const spec = `${align}${signs}${alternate}${width}${integral ? '' : point}`
  const subject = integral && typeof number === 'number' ? Math.trunc(number) : number
  return formatWithSpec(subject, spec + (type === 'i' || type === 'u' ? 'd' : type))
}

const FIELD = /\{\{|\}\}|\{([^{}!:]*)(?:!([rsa]))?(?::((?:[^{}]|\{[^{}]*\})*))?\}|[{}]/g

/** Python's `text.format(…)`. */
export const formatBraces = (text: string, args: Args, kwargs: Kwargs): string => {
  let automatic = 0
  const lookUp = (name: string): unknown => {
    const index = name === '' ? automatic++ : /^\d+$/.test(name) ? Number(name) : undefined
    const found = index === undefined ? kwargs.has(name) : index < args.length
    if (found) return demand(index === undefined ? kwargs.get(name) : args[index])
    throw new TemplateError(
      index === undefined
        ? `the format has no value for '${name}'`
        : `the format has no argument number ${index}`,
    )
  }
  const expand = (template: string): string =>
    template.replace(FIELD, (whole, ...groups: (string | undefined)[]) => {
      const [field, conversion, spec = ''] = groups
      if (field === undefined) return doubled(whole)
      const value = fieldValue(field, lookUp)
      const subject =
        conversion === undefined
          ? value
          : conversion === 's'
            ? printValue(value)
            : representValue(value)
      return formatWithSpec(subject, spec.includes('{') ? expand(spec) : spec)
    })
  return expand(text)
}

const doubled = (brace: string): string => {
  if (brace.length === 1) throw new TemplateError(`a single '${brace}' in the format string`)
  return brace.charAt(0)
}

const PATH_STEP = /\.([^.[]+)|\[([^\]]+)\]/g

const fieldValue = (field: string, lookUp: (name: string) => unknown): unknown => {
  const name = /^[^.[]*/.exec(field)?.[0] ?? ''
  let value = lookUp(name)
  for (const [, attribute, item = ''] of field.slice(name.length).matchAll(PATH_STEP)) {
    if (attribute !== undefined) value = demand(getPlainItem(value, attribute))
    else value = demand(getPlainItem(value, /^\d+$/.test(item) ? Number(item) : item))
  }
  return value
}

/** A text padded to a width; extra padding that cannot be halved goes where Python puts it. */
export const center = (text: string, width: number, fill = ' '): string => {
  const padding = Math.max(0, width - characters(text).length)
  // CPython's rounding: left of the text for an odd width, right of it for an even one.
  const before = Math.floor(padding / 2) + (padding & width & 1)
  return fill.repeat(before) + text + fill.repeat(padding - before)
}
