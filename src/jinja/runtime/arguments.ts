import { didYouMean, TemplateError } from '../error.ts'
import { type Args, type Kwargs, typeName, unmark } from './values.ts'

/**
 * Arguments by position for a function that names its parameters; what was not given is undefined.
 * `callee` is named in messages as it is.
 */
export const bindArguments = (
  callee: string,
  parameters: readonly string[],
  args: Args,
  kwargs: Kwargs,
): unknown[] => {
  if (args.length > parameters.length)
    throw new TemplateError(
      `${callee} takes at most ${parameters.length} arguments, and ${args.length} were given`,
    )
  const bound = parameters.map((_, index) => args[index])
  for (const [name, value] of kwargs) {
    const index = parameters.indexOf(name)
    if (index < 0)
      throw new TemplateError(`${callee} has no parameter '${name}'`, {
        hint: didYouMean(name, parameters),
      })
    if (index < args.length)
      throw new TemplateError(`${callee} got more than one value for '${name}'`)
    bound[index] = value
  }
  return bound
}

const wrongType = (what: string, wanted: string, value: unknown): never => {
  if (value === undefined) throw new TemplateError(`${what} is missing`)
  throw new TemplateError(`${what} must be ${wanted}, not '${typeName(value)}'`)
}

/** An argument that must be a text. */
export const asText = (value: unknown, what: string): string => {
  const text = unmark(value)
  return typeof text === 'string' ? text : wrongType(what, 'a string', value)
}

/** An argument that must be a number; booleans are 0 and 1, as in Python. */
export const asNumber = (value: unknown, what: string): number => {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean' || typeof value === 'bigint') return Number(value)
  return wrongType(what, 'a number', value)
}

/** An argument that must be an integer. */
export const asInteger = (value: unknown, what: string): number => {
  const number = asNumber(value, what)
  return Number.isInteger(number) ? number : wrongType(what, 'an integer', value)
}

/** An argument that must be a dictionary. */
export const asDict = (value: unknown, what: string): Map<unknown, unknown> =>
  value instanceof Map ? (value as Map<unknown, unknown>) : wrongType(what, 'a dictionary', value)

/** An argument that was left out, or is none, becomes `fallback`. */
export const optional = <T>(
  value: unknown,
  fallback: T,
  convert: (value: unknown, what: string) => T,
  what: string,
): T => (value === undefined || value === null ? fallback : convert(value, what))
