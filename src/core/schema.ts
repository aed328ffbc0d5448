import type { Secret } from './secret.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

/** How a value as it stands in YAML becomes what the JSON Schema asks for; Ansible's coercions. */
export type Coercion =
  | { readonly to: 'text' | 'line' | 'integer' | 'number' | 'boolean' | 'mode' | 'anything' }
  | { readonly to: 'list'; readonly of: Coercion }
  | { readonly to: 'record'; readonly fields?: Params }

/** One parameter of a module: the source of its JSON Schema, its type, its check and its page. */
export interface Param<T> {
  readonly json: JsonSchema
  readonly coercion: Coercion
  readonly required: boolean
  readonly default?: T | undefined
  readonly aliases: readonly string[]
  /** Registered for redaction and wrapped as Secret before the module sees it. */
  readonly secret: boolean
  readonly type?: T
}

export type Params = Readonly<Record<string, Param<unknown>>>

/** The TypeScript type of a task's validated arguments. */
export type Want<P extends Params> = {
  readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never
}

const param = <T>(json: JsonSchema, coercion: Coercion): Param<T> => ({
  json,
  coercion,
  required: true,
  aliases: [],
  secret: false,
})

/** Any text, of several lines too; what a module puts into a line, a name or a path has a shape. */
export const text = (description: string): Param<string> =>
  param({ type: 'string', description }, { to: 'text' })

/** What a text has to look like, and what one that does is called in a refusal. */
export interface Shape {
  /** A regular expression, as JSON Schema takes it: `$` is the end of the text. */
  readonly pattern: string
  /** Stands in "needs …". */
  readonly title: string
}

/** A text of a shape, without the line break that a block of YAML or a file ends with. */
export const shaped = (shape: Shape, description: string): Param<string> =>
  param({ type: 'string', ...shape, description }, { to: 'line' })

/** A path of a shape: a line break at its end belongs to it. */
export const shapedPath = (shape: Shape, description: string): Param<string> =>
  param({ type: 'string', ...shape, description }, { to: 'text' })

/** A text that no command line, log or diff may show. */
export const secret = (description: string): Param<Secret> => ({
  ...param<Secret>({ type: 'string', description }, { to: 'text' }),
  secret: true,
})

/** An absolute path on the host. */
export const absolutePath = (description: string): Param<string> =>
  shapedPath({ pattern: String.raw`^[/~][^\0]*$`, title: 'an absolute path' }, description)

export const integer = (description: string): Param<number> =>
  param({ type: 'integer', description }, { to: 'integer' })

export const number = (description: string): Param<number> =>
  param({ type: 'number', description }, { to: 'number' })

export const boolean = (description: string): Param<boolean> =>
  param({ type: 'boolean', description }, { to: 'boolean' })

/**
 * Octal digits (`0644`) or symbolic (`u=rw,g=r,o=r`); an integer is read as Ansible reads it.
 * `words` are allowed besides, such as `preserve`.
 */
export const mode = (description: string, ...words: readonly string[]): Param<string> => {
  const clause = '[ugoa]*[-+=][rwxXstugo]*'
  const forms = ['[0-7]{3,5}', `${clause}(,${clause})*`, ...words]
  const shape = { pattern: `^(${forms.join('|')})$`, title: 'a mode such as "0644" or "u=rw,g=r"' }
  return param({ type: 'string', ...shape, description }, { to: 'mode' })
}

export const oneOf = <const V extends readonly [string, ...string[]]>(
  values: V,
  description: string,
): Param<V[number]> => param({ type: 'string', enum: values, description }, { to: 'text' })

/** A list; `a,b` is read as two elements, a lone value as a list of one. */
export const list = <T>(of: Param<T>, description: string): Param<readonly T[]> =>
  param({ type: 'array', items: of.json, description }, { to: 'list', of: of.coercion })

/** A dictionary with any keys. */
export const dictionary = (description: string): Param<Readonly<Record<string, unknown>>> =>
  param({ type: 'object', description }, { to: 'record' })

/** A dictionary whose keys have a shape, and whose texts, also in lists, have one. */
export const dictionaryOf = (
  { keys, values }: { readonly keys: Shape; readonly values: Shape },
  description: string,
): Param<Readonly<Record<string, unknown>>> =>
  param(
    {
      type: 'object',
      propertyNames: keys,
      additionalProperties: { ...values, items: values },
      description,
    },
    { to: 'record' },
  )

/** A dictionary with the given fields. */
export const record = <P extends Params>(fields: P, description: string): Param<Want<P>> =>
  param({ ...objectSchema(fields), description }, { to: 'record', fields })

/** Any value, as it is. */
export const anything = (description: string): Param<unknown> =>
  param({ description }, { to: 'anything' })

export const optional = <T>(of: Param<T>): Param<T | undefined> => ({
  ...(of as Param<T | undefined>),
  required: false,
})

export const withDefault = <T>(of: Param<T>, value: T): Param<T> => ({
  ...of,
  json: { ...of.json, default: value },
  default: value,
  required: false,
})

/** Other names that playbooks use for the same parameter. */
export const alias = <T>(of: Param<T>, ...names: readonly string[]): Param<T> => ({
  ...of,
  aliases: [...of.aliases, ...names],
})

/** The JSON Schema of a whole set of parameters; an unknown name is an error. */
export const objectSchema = (params: Params): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(params).map(([name, p]) => [name, p.json])),
  required: Object.entries(params)
    .filter(([, p]) => p.required)
    .map(([name]) => name),
  additionalProperties: false,
})
