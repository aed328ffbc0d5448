import { TemplateObject, Trap, Tuple, Undefined } from '../jinja/index.ts'
import { TemplateText, VaultText } from './value.ts'

/** Evaluates what stands for one text: a template, or an encrypted text; `name` is its path. */
export type EvaluateText = (text: TemplateText | VaultText, name: string) => unknown

/**
 * A value whose texts are evaluated only when they are read. It is a copy: what a template does to
 * it (`do list.append`) is gone with the scope.
 */
export const lazily = (raw: unknown, name: string, evaluate: EvaluateText): unknown => {
  if (typeof raw !== 'object' || raw === null) return raw
  if (raw instanceof TemplateText || raw instanceof VaultText) return evaluate(raw, name)
  if (raw instanceof LazyMap) return raw
  if (raw instanceof Map) return raw.constructor === Map ? new LazyMap(raw, name, evaluate) : raw
  if (!Array.isArray(raw)) return raw
  const items = raw.map((item, index) => itemOf(item, `${name}[${index}]`, evaluate))
  return raw instanceof Tuple ? Tuple.from(items) : items
}

// A list has its items at once, but an item that fails does so when it is read.
const itemOf = (raw: unknown, name: string, evaluate: EvaluateText): unknown => {
  try {
    return lazily(raw, name, evaluate)
  } catch (error) {
    return new FailedItem(() => {
      throw error
    })
  }
}

class FailedItem extends Trap {}

/** A dictionary that evaluates an entry when it is read first. */
class LazyMap extends Map<unknown, unknown> {
  readonly #pending = new Set<unknown>()
  readonly #name: string
  readonly #evaluate: EvaluateText

  constructor(raw: ReadonlyMap<unknown, unknown>, name: string, evaluate: EvaluateText) {
    super()
    this.#name = name
    this.#evaluate = evaluate
    for (const [key, value] of raw) {
      super.set(key, value)
      if (typeof value === 'object' && value !== null) this.#pending.add(key)
    }
  }

  override get(key: unknown): unknown {
    const value = super.get(key)
    if (!this.#pending.has(key)) return value
    const evaluated = lazily(value, `${this.#name}.${String(key)}`, this.#evaluate)
    this.set(key, evaluated)
    return evaluated
  }

  override set(key: unknown, value: unknown): this {
    // The constructor of Map never calls this, so the set exists.
    this.#pending.delete(key)
    return super.set(key, value)
  }

  override *values(): MapIterator<unknown> {
    for (const key of this.keys()) yield this.get(key)
  }

  override *entries(): MapIterator<[unknown, unknown]> {
    for (const key of this.keys()) yield [key, this.get(key)]
  }

  override [Symbol.iterator](): MapIterator<[unknown, unknown]> {
    return this.entries()
  }

  override forEach(
    callback: (value: unknown, key: unknown, map: Map<unknown, unknown>) => void,
  ): void {
    for (const key of this.keys()) callback(this.get(key), key, this)
  }
}

/** A dictionary whose entries are computed from their keys each time they are read. */
export class ComputedMap extends Map<unknown, unknown> {
  readonly #names: () => Iterable<unknown>
  readonly #read: (key: unknown) => unknown
  readonly #has: (key: unknown) => boolean

  constructor(parts: {
    names: () => Iterable<unknown>
    has: (key: unknown) => boolean
    read: (key: unknown) => unknown
  }) {
    super()
    this.#names = parts.names
    this.#has = parts.has
    this.#read = parts.read
  }

  override get size(): number {
    return [...this.#names()].length
  }

  override has(key: unknown): boolean {
    return this.#has(key)
  }

  override get(key: unknown): unknown {
    return this.#has(key) ? this.#read(key) : undefined
  }

  override *keys(): MapIterator<unknown> {
    yield* this.#names()
  }

  override *values(): MapIterator<unknown> {
    for (const key of this.#names()) yield this.#read(key)
  }

  override *entries(): MapIterator<[unknown, unknown]> {
    for (const key of this.#names()) yield [key, this.#read(key)]
  }

  override [Symbol.iterator](): MapIterator<[unknown, unknown]> {
    return this.entries()
  }

  override forEach(
    callback: (value: unknown, key: unknown, map: Map<unknown, unknown>) => void,
  ): void {
    for (const [key, value] of this.entries()) callback(value, key, this)
  }
}

/**
 * The value with everything in it evaluated, dictionaries as plain Maps. Traps of hosts stay;
 * `onUndefined` makes the error for something undefined.
 */
export const settled = (value: unknown, onUndefined: (value: Undefined) => unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Undefined) throw onUndefined(value)
  if (value instanceof FailedItem) return value.spring()
  // A time, say: outside of templates it is its text.
  if (value instanceof TemplateObject) return value.print?.() ?? value
  if (value instanceof Map) {
    const plain = new Map<unknown, unknown>()
    for (const [key, item] of value as Map<unknown, unknown>)
      plain.set(key, settled(item, onUndefined))
    return plain
  }
  if (Array.isArray(value)) return value.map((item: unknown) => settled(item, onUndefined))
  return value
}
