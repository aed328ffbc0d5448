import { UserError } from './error.ts'
import { didYouMean, didYouMeanOr, nearest } from './nearest.ts'
import { isSecret } from './secret.ts'
import type { Coercion, Params } from './schema.ts'
import type { Refusal } from './validator.ts'

/** The error for a refused value, in the words of a person who writes playbooks. */
export const describeRefusal = (module: string, params: Params, refusal: Refusal): UserError => {
  const { path, missing, unknown, schema, value } = refusal
  if (missing !== undefined)
    return new UserError('E_MISSING_PARAM', `${module}: needs "${dotted([...path, missing])}"`)
  if (unknown !== undefined)
    return new UserError(
      'E_UNKNOWN_PARAM',
      `${module}: unknown parameter "${dotted([...path, unknown])}"`,
      { hint: knownHint(unknown, fieldsAt(params, path)) },
    )
  const isHidden = path[0] !== undefined && (params[path[0]]?.secret ?? false)
  const given = isHidden ? 'what was given' : described(value)
  const fact = `${module}: "${dotted(path)}" needs ${wanted(schema)}, not ${given}`
  return new UserError('E_PARAM_TYPE', fact, { hint: choiceHint(schema, value) })
}

// As it is written in YAML: `options.users[0].name`.
const dotted = (path: readonly string[]): string =>
  path.map((part, i) => (/^\d+$/.test(part) ? `[${part}]` : i === 0 ? part : `.${part}`)).join('')

const knownHint = (unknown: string, fields: Params): string => {
  const names = Object.keys(fields)
  const aliases = Object.values(fields).flatMap(field => field.aliases)
  return didYouMean(unknown, [...names, ...aliases]) ?? didYouMeanOr(unknown, names, 'known')
}

const fieldsAt = (params: Params, path: readonly string[]): Params => {
  let fields: Params = params
  let coercion: Coercion | undefined
  for (const step of path) {
    coercion = coercion?.to === 'list' ? coercion.of : fields[step]?.coercion
    if (coercion?.to === 'record') fields = coercion.fields ?? {}
  }
  return fields
}

const choicesOf = ({ enum: choices }: Refusal['schema']): readonly string[] | undefined =>
  Array.isArray(choices) ? choices.map(String) : undefined

const wanted = (schema: Refusal['schema']): string => {
  const choices = choicesOf(schema)
  if (choices) return `one of ${choices.join(', ')}`
  if (typeof schema['title'] === 'string') return schema['title']
  return WANTED[String(schema['type'])] ?? 'another value'
}

const WANTED: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'yes or no',
  array: 'a list',
  object: 'a dictionary',
}

const choiceHint = (schema: Refusal['schema'], value: unknown): string | undefined => {
  const choices = choicesOf(schema)
  const found = choices && typeof value === 'string' ? nearest(value, choices) : undefined
  return found === undefined ? undefined : `did you mean "${found}"?`
}

const described = (value: unknown): string => {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 39)}…` : value)
  if (Array.isArray(value)) return 'a list'
  if (value === null || value === undefined) return 'nothing'
  if (isSecret(value)) return 'a secret'
  return typeof value === 'object' ? 'a dictionary' : `${value as number | boolean}`
}
