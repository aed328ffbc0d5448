import { Uncertain } from '../core/uncertain.ts'
import { Trap } from '../language/trap.ts'
import { OMIT } from '../language/value.ts'

/**
 * A module's plain result as the language holds it: dictionaries as Maps, the unknown as traps, for
 * the reason that `whence` makes of the module's.
 */
export const toValue = (plain: unknown, whence: Whence = reason => reason): unknown => {
  if (Array.isArray(plain)) return plain.map(item => toValue(item, whence))
  if (plain === undefined) return null
  if (plain instanceof Date) return plain.toISOString()
  if (plain instanceof Map)
    return new Map([...plain].map(([key, value]) => [key, toValue(value, whence)]))
  if (typeof plain !== 'object' || plain === null || isOpaque(plain)) return plain
  return new Map(Object.keys(plain).map(key => [key, field(plain, key, whence)]))
}

type Whence = (reason: string) => string

const field = (record: object, key: string, whence: Whence): unknown => {
  try {
    return toValue((record as Record<string, unknown>)[key], whence)
  } catch (error) {
    if (error instanceof Uncertain) return unknowable(whence(error.reason))
    throw error
  }
}

/** A value whose every use is uncertain, for the given reason. */
export const unknowable = (reason: string): Trap =>
  new Trap(() => {
    throw new Uncertain(reason)
  })

/**
 * The result of a command that has not run: only the given fields are known, and that it will not
 * have those of results of another kind; the rest, and the result as a whole, is uncertain.
 */
export class PartlyKnown extends Map<unknown, unknown> {
  readonly #rest: Trap

  constructor(known: Iterable<readonly [unknown, unknown]>, reason: string) {
    super(known)
    this.#rest = unknowable(reason)
  }

  /** Whether the field's value is known. */
  knows(key: unknown): boolean {
    return super.has(key)
  }

  override get(key: unknown): unknown {
    if (super.has(key)) return super.get(key)
    return NOT_OF_A_COMMAND.has(key) ? undefined : this.#rest
  }

  override has(key: unknown): boolean {
    return super.has(key) || !NOT_OF_A_COMMAND.has(key)
  }

  override keys(): MapIterator<unknown> {
    return this.#rest.spring()
  }

  override values(): MapIterator<unknown> {
    return this.#rest.spring()
  }

  override entries(): MapIterator<[unknown, unknown]> {
    return this.#rest.spring()
  }

  override [Symbol.iterator](): MapIterator<[unknown, unknown]> {
    return this.#rest.spring()
  }
}

/** Fields of results of loops, of tasks that were skipped and of hosts that could not be reached. */
const NOT_OF_A_COMMAND: ReadonlySet<unknown> = new Set([
  'results',
  'skipped',
  'skip_reason',
  'unreachable',
  'ansible_facts',
])

/** An evaluated argument as modules take it: dictionaries as objects, omitted entries left out. */
export const toPlain = (value: unknown): unknown => {
  if (value instanceof Trap) return value.spring()
  if (Array.isArray(value)) return value.filter(item => item !== OMIT).map(toPlain)
  if (!(value instanceof Map)) return value
  const entries = [...(value as Map<unknown, unknown>)].filter(([, item]) => item !== OMIT)
  return Object.fromEntries(entries.map(([key, item]) => [String(key), toPlain(item)]))
}

const isOpaque = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype !== Object.prototype && prototype !== null
}

/** Ansible's notion of a yes: what `bool` makes of a keyword's value. */
export const isYes = (value: unknown): boolean =>
  typeof value === 'string'
    ? ['yes', 'true', 'on', '1', 'y', 't'].includes(value.trim().toLowerCase())
    : value === true || value === 1

/** A value as people read it: text as it is, all else as JSON. */
export const show = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(toPlain(value), undefined, 2)
