import { createHash } from 'node:crypto'
import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv'
import { readyMade } from './readymade.ts'
import { objectSchema, type JsonSchema, type Params } from './schema.ts'

/** One value that a schema refuses. */
export interface Refusal {
  /** Names and indexes that lead to the value; those of the dictionary, for a missing field. */
  readonly path: readonly string[]
  readonly missing: string | undefined
  readonly unknown: string | undefined
  /** The schema that was broken: that of the value itself. */
  readonly schema: Readonly<Record<string, unknown>>
  readonly value: unknown
}

let ajv: Ajv | undefined
const compiled = new WeakMap<Params, ValidateFunction>()

/** A compiler of JSON Schemas; its code is run as it comes, for tidying it costs more than it saves. */
export const newAjv = (options: Options): Ajv => new Ajv({ ...options, code: { optimize: false } })

/**
 * How parameters are validated. Schemas that our own code makes are not held against the metaschema
 * each time: a test does.
 */
export const OF_PARAMETERS = {
  meta: false,
  validateSchema: false,
  allErrors: true,
  strict: false,
  verbose: true,
} as const

/** Tells a schema from every other. */
export const schemaKey = (schema: JsonSchema): string =>
  createHash('sha256').update(JSON.stringify(schema)).digest('hex')

/** All that is wrong with coerced values, by the JSON Schema of their parameters. */
export const refusals = (
  params: Params,
  values: Readonly<Record<string, unknown>>,
): readonly Refusal[] => {
  let validate = compiled.get(params)
  if (validate === undefined) {
    validate = validatorOf(objectSchema(params))
    compiled.set(params, validate)
  }
  return validate(values) ? [] : (validate.errors ?? []).map(refusalOf)
}

/** Compiling the validators of a small playbook takes 25 ms, which is why the build does it. */
const validatorOf = (schema: JsonSchema): ValidateFunction =>
  readyMade.get(schemaKey(schema)) ?? (ajv ??= newAjv(OF_PARAMETERS)).compile(schema)

const refusalOf = (error: ErrorObject): Refusal => {
  const params = error.params as Readonly<Record<string, unknown>>
  const named = (name: string): string | undefined =>
    typeof params[name] === 'string' ? params[name] : undefined
  return {
    path: error.instancePath.split('/').slice(1).map(unescapePointer),
    missing: named('missingProperty'),
    unknown: named('additionalProperty'),
    schema: error.parentSchema as Readonly<Record<string, unknown>>,
    value: error.data,
  }
}

const unescapePointer = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~')
