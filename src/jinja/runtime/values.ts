import { TemplateError } from '../error.ts'
import { Undefined } from './undefined.ts'

/** What `Scope.lookup` answers for a name that it does not have. */
export const UNDEFINED: unique symbol = Symbol('undefined')

/** Where names come from. An error that `lookup` throws reaches the caller unchanged. */
export interface Scope {
  /** The value of a name, or UNDEFINED; asked once for each time the name is evaluated. */
  lookup(name: string): unknown
  /** The known name nearest to an unknown one, for the hint of the error. */
  suggest?(name: string): string | undefined
}

/**
 * A value that must not be read. The engine calls `spring`, which throws the host's own error,
 * whenever it comes across one, except to answer `is defined` and `is undefined` about it.
 */
export class Trap {
  readonly spring: () => never

  constructor(spring: () => never) {
    this.spring = spring
  }
}

/** Python's tuple: an array that prints in parentheses and never equals a list. */
export class Tuple extends Array<unknown> {
  // Array methods such as map and slice give plain arrays.
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }
}

/** A tuple of the items of an iterable. (`new Tuple(3)` would have three holes.) */
export const tupleOf = (items: Iterable<unknown>): Tuple => fill(new Tuple(), items)

/** A tuple whose items have names too, as the groups of `groupby` have. */
export class NamedTuple extends Tuple {
  readonly #fields: readonly string[]

  constructor(fields: readonly string[], items: readonly unknown[]) {
    super()
    this.#fields = fields
    fill(this, items)
  }

  field(name: string): unknown {
    const index = this.#fields.indexOf(name)
    return index < 0 ? UNDEFINED : this[index]
  }
}

const fill = (tuple: Tuple, items: Iterable<unknown>): Tuple => {
  for (const item of items) tuple.push(item)
  return tuple
}

/**
 * Text that is HTML already, so that `escape` leaves it alone. It is text for everything else:
 * a host's filters and what `evaluate` returns see a plain string, and so do containers.
 */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What a filter, a test or a function is told about the call. */
export interface Context {
  /** The scope given to `render` or `evaluate`, the same object. */
  readonly scope: Scope
  /** Applies a filter by name, as `map` does. */
  filter(name: string, value: unknown, args?: Args, kwargs?: Kwargs): unknown
  /** Applies a test by name, as `select` does. */
  test(name: string, value: unknown, args?: Args, kwargs?: Kwargs): boolean
}

/** Positional arguments. */
export type Args = readonly unknown[]

/** Keyword arguments, in the order written. */
export type Kwargs = ReadonlyMap<string, unknown>

/** A function that templates can call. JavaScript functions as such cannot be called. */
export class Callable {
  readonly name: string
  readonly call: (args: Args, kwargs: Kwargs, context: Context) => unknown
  /** Otherwise an undefined argument raises before the call. */
  readonly acceptsUndefined: boolean

  constructor(name: string, call: Callable['call'], acceptsUndefined = false) {
    this.name = name
    this.call = call
    this.acceptsUndefined = acceptsUndefined
  }
}

/** An object of the engine's own with computed attributes: `loop`, a namespace, a module. */
export abstract class TemplateObject {
  /** Its type, for messages. */
  abstract readonly typeName: string

  /** The value of an attribute, or UNDEFINED. */
  abstract attribute(name: string): unknown

  /** What calling it does; most cannot be called. */
  call?(args: Args, kwargs: Kwargs, context: Context): unknown

  /** What it prints as; its type without. */
  print?(): string

  /** What `this - other` is; undefined where there is no such thing. */
  minus?(other: unknown): unknown
}

/** Raises if a value cannot be used: it is undefined, or it is a trap. */
export const demand = <T>(value: T): T => {
  if (value instanceof Undefined && !value.blank) value.raise()
  if (value instanceof Trap) value.spring()
  return value
}

/** Springs a trap; an undefined value passes, since it may yet be defaulted. */
export const release = <T>(value: T): T => {
  if (value instanceof Trap) value.spring()
  return value
}

/** A value without the mark of being HTML. */
export const unmark = (value: unknown): unknown => (value instanceof Markup ? value.text : value)

/** Whether a value is text, marked or not. */
export const isText = (value: unknown): value is string | Markup =>
  typeof value === 'string' || value instanceof Markup

/** Whether a value is an integer for Python. (Floats with an integral value are not told apart.) */
export const isInteger = (value: unknown): value is number | bigint =>
  typeof value === 'bigint' || Number.isInteger(value)

/** Python's name for the type of a value. */
export const typeName = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return 'str'
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'int'
    case 'number':
      return Number.isInteger(value) ? 'int' : 'float'
    case 'object':
      return typeNameOfObject(value)
    default:
      return typeof value
  }
}

const typeNameOfObject = (value: object | null): string => {
  if (value === null) return 'NoneType'
  if (value instanceof Markup) return 'str'
  if (value instanceof Tuple) return 'tuple'
  if (Array.isArray(value)) return 'list'
  if (value instanceof Map) return 'dict'
  if (value instanceof Undefined) return 'Undefined'
  if (value instanceof Callable) return 'function'
  if (value instanceof TemplateObject) return value.typeName
  return 'object'
}

/** The number of entries of a dictionary, by its keys: a lazy one may not know its size. */
export const dictSize = (dict: ReadonlyMap<unknown, unknown>): number => {
  let size = 0
  for (const key of dict.keys()) if (key !== UNDEFINED) size += 1
  return size
}

/** The entries of a dictionary, by `keys` and `get`, which is all that a lazy one must have. */
export function* dictEntries(dict: ReadonlyMap<unknown, unknown>): Generator<Tuple> {
  for (const key of dict.keys()) yield tupleOf([key, dict.get(key)])
}

/** The characters of a text as Python counts them: code points. */
export const characters = (text: string): readonly string[] | string =>
  /[\ud800-\udfff]/.test(text) ? Array.from(text) : text

/** How many items a list, string or repetition may be made to have. */
const MAX_ITEMS = 1_000_000

/** Refuses to make something too large. */
export const checkSize = (size: number, what: string): void => {
  if (size > MAX_ITEMS) throw new TemplateError(`${what} would have more than ${MAX_ITEMS} items`)
}
