import {
  asInteger,
  asText,
  filterWith,
  isTruthy,
  iterate,
  optional,
  TemplateError,
  toJson,
  type Filter,
  type JsonOptions,
  type Kwargs,
} from '../../jinja/index.ts'

const optionsFrom = (kwargs: Kwargs, defaults: JsonOptions): JsonOptions => {
  const isOn = (name: string, otherwise: boolean | undefined): boolean =>
    kwargs.has(name) ? isTruthy(kwargs.get(name)) : (otherwise ?? false)
  const given = kwargs.get('separators')
  const [item, colon] = given === undefined || given === null ? [] : iterate(given)
  return {
    indent: optional(kwargs.get('indent'), defaults.indent, asInteger, 'indent'),
    sortKeys: isOn('sort_keys', defaults.sortKeys),
    ascii: isOn('ensure_ascii', true),
    ...(item === undefined
      ? {}
      : { separators: [asText(item, 'a separator'), asText(colon, 'a separator')] }),
  }
}

const toNiceJson: Filter = (value, args, kwargs) => {
  const [indent = 4, sortKeys = true] = args
  const given = new Map([['indent', indent], ['sort_keys', sortKeys], ...kwargs])
  return toJson(value, optionsFrom(given, {}))
}

const fromJson = filterWith('', value => {
  const text = asText(value, 'what from_json reads')
  try {
    return fromPlain(JSON.parse(text))
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new TemplateError(`the text is not JSON: ${cause.message}`)
    throw cause
  }
})

/** What JSON.parse gives, with dictionaries as Maps. */
export const fromPlain = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(fromPlain)
  return new Map(Object.entries(value).map(([key, item]) => [key, fromPlain(item)]))
}

/** Filters that write and read JSON. */
export const JSON_FILTERS: Readonly<Record<string, Filter>> = {
  to_json: (value, _args, kwargs) => toJson(value, optionsFrom(kwargs, {})),
  to_nice_json: toNiceJson,
  from_json: fromJson,
}
