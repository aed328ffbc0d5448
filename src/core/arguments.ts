import { coerceFields, fieldOf, isRecord } from './coercion.ts'
import { UserError, UserErrors } from './error.ts'
import { describeRefusal } from './refusal.ts'
import { keep } from './secret.ts'
import type { Coercion, Params } from './schema.ts'
import { refusals } from './validator.ts'

/** What is validated against: a module, or anything else with parameters. */
export interface Parameters {
  readonly name: string
  readonly params: Params
  check?(want: Readonly<Record<string, unknown>>): string | undefined
}

/** A mistake in a task's arguments, and the argument as the user named it, where it is one. */
export interface ArgumentMistake {
  readonly error: UserError
  readonly param: string | undefined
}

type Values = Readonly<Record<string, unknown>>

/**
 * The validated arguments of a task: aliases resolved, values coerced as Ansible does, defaults
 * filled in, secrets wrapped. Throws UserErrors without places.
 */
export const readArguments = (module: Parameters, raw: Values): Record<string, unknown> => {
  const values = coerceFields(raw, module.params)
  const [first, ...rest] = mistakesIn(module, { raw, values })
  if (first !== undefined) throw new UserErrors([first.error, ...rest.map(({ error }) => error)])
  const want = kept(values, module.params)
  const broken = ruleBroken(module, want)
  if (broken !== undefined) throw broken
  return want
}

/**
 * All mistakes that can be known before a run. `isUnknown` tells values that only a run can know:
 * nothing is said of them, and rules over several parameters are left to the run with them.
 */
export const checkArguments = (
  module: Parameters,
  raw: Values,
  isUnknown: (value: unknown) => boolean,
): readonly ArgumentMistake[] => {
  const masked = mask(raw, isUnknown) as Values
  const values = coerceFields(masked, module.params)
  const mistakes = mistakesIn(module, { raw: masked, values })
  if (mistakes.length > 0 || holdsUnknown(masked)) return mistakes
  const broken = ruleBroken(module, kept(values, module.params))
  return broken === undefined ? [] : [{ error: broken, param: undefined }]
}

/** Stands for a value that is not known; refusals of it are passed over. */
const UNKNOWN = Symbol('unknown')

const mask = (value: unknown, isUnknown: (value: unknown) => boolean): unknown => {
  if (isUnknown(value)) return UNKNOWN
  if (Array.isArray(value)) return value.map(item => mask(item, isUnknown))
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mask(item, isUnknown)]),
  )
}

const holdsUnknown = (value: unknown): boolean => {
  if (value === UNKNOWN) return true
  if (Array.isArray(value)) return value.some(holdsUnknown)
  return isRecord(value) && Object.values(value).some(holdsUnknown)
}

interface Given {
  readonly raw: Values
  readonly values: Values
}

const mistakesIn = (module: Parameters, given: Given): readonly ArgumentMistake[] => {
  const { name, params } = module
  const found = new Map<string, ArgumentMistake>()
  for (const refusal of refusals(params, given.values)) {
    if (concernsUnknown(refusal.path, given.values)) continue
    const key = [...refusal.path, refusal.missing ?? refusal.unknown ?? ''].join('\0')
    if (found.has(key)) continue
    const [top = refusal.unknown] = refusal.path
    const param = top === undefined ? undefined : writtenName(top, given.raw, params)
    found.set(key, { error: describeRefusal(name, params, refusal), param })
  }
  return [...twice(module, given.raw), ...found.values()]
}

// A lone unknown value where a list belongs may turn out to be the whole list.
const concernsUnknown = (path: readonly string[], values: Values): boolean => {
  let value: unknown = values
  for (const step of path) {
    if (value === UNKNOWN) return true
    value = (value as Readonly<Record<string, unknown>>)[step]
  }
  return value === UNKNOWN
}

const writtenName = (field: string, raw: Values, params: Params): string =>
  Object.hasOwn(raw, field)
    ? field
    : (Object.keys(raw).find(name => fieldOf(name, params) === field) ?? field)

const twice = ({ name, params }: Parameters, raw: Values): readonly ArgumentMistake[] => {
  const first = new Map<string, string>()
  return Object.keys(raw).flatMap(written => {
    const field = fieldOf(written, params)
    if (field === undefined) return []
    const earlier = first.get(field)
    first.set(field, earlier ?? written)
    if (earlier === undefined) return []
    const fact = `${name}: "${earlier}" and "${written}" are the same parameter`
    return [{ error: new UserError('E_PARAM_RULE', fact), param: written }]
  })
}

const ruleBroken = (module: Parameters, want: Values): UserError | undefined => {
  const broken = module.check?.(want)
  return broken === undefined
    ? undefined
    : new UserError('E_PARAM_RULE', `${module.name}: ${broken}`)
}

const kept = (values: Values, params: Params): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const param = params[name]
      if (param === undefined) return [name, value]
      const isClear = param.secret && typeof value === 'string'
      return [name, isClear ? keep(value) : keptInside(value, param.coercion)]
    }),
  )

const keptInside = (value: unknown, coercion: Coercion): unknown => {
  if (coercion.to === 'list' && Array.isArray(value))
    return value.map(item => keptInside(item, coercion.of))
  if (coercion.to !== 'record' || coercion.fields === undefined || !isRecord(value)) return value
  return kept(value, coercion.fields)
}
