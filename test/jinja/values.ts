import {
  Callable,
  createEnvironment,
  type EnvironmentOptions,
  type Scope,
  UNDEFINED,
} from '../../src/jinja/index.ts'

/** A value of a test case as templates see it: objects are dictionaries. */
export const toTemplateValue = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(toTemplateValue)
  if (typeof value !== 'object' || value === null) return value
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  return new Map(Object.entries(value).map(([key, inner]) => [key, toTemplateValue(inner)]))
}

/** A result as a test case writes it: dictionaries are objects. */
export const toPlain = (value: unknown): unknown => {
  if (Array.isArray(value)) return Array.from(value, toPlain)
  if (value instanceof Callable) return '<callable>'
  if (!(value instanceof Map)) return value
  return Object.fromEntries([...value].map(([key, inner]) => [String(key), toPlain(inner)]))
}

/** A scope with these variables. */
export const scopeOf = (variables: Record<string, unknown> = {}): Scope => {
  const values = new Map(
    Object.entries(variables).map(([name, value]) => [name, toTemplateValue(value)]),
  )
  return { lookup: name => (values.has(name) ? values.get(name) : UNDEFINED) }
}

/** The text of a template. */
export const render = (
  source: string,
  variables: Record<string, unknown> = {},
  options: EnvironmentOptions = {},
): string => createEnvironment(options).template(source).render(scopeOf(variables))

/** The value of an expression, with objects for dictionaries. */
export const evaluate = (
  source: string,
  variables: Record<string, unknown> = {},
  options: EnvironmentOptions = {},
): unknown => toPlain(createEnvironment(options).expression(source).evaluate(scopeOf(variables)))

/** A loader of templates that are given here. */
export const loaderOf =
  (templates: Record<string, string>): NonNullable<EnvironmentOptions['loader']> =>
  name => {
    const source = new Map(Object.entries(templates)).get(name)
    return source === undefined ? undefined : { source, name }
  }
