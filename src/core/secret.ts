declare const secret: unique symbol

/** A value that must never reach a command line, a log or a diff; it travels on standard input. */
export interface Secret {
  readonly [secret]: true
  reveal(): string
  toString(): string
  toJSON(): string
}

/** What stands in a secret's place where people read. */
export const MASK = '••••••'

/** What stands in a report of a task whose `no_log` hides what it does. */
export const HIDDEN = '(hidden by no_log)'

class Kept {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  reveal(): string {
    return this.#value
  }
  toString(): string {
    return MASK
  }
  toJSON(): string {
    return MASK
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK
  }
}

/** Wraps a clear text so that only `reveal()` gives it back. */
export const keep = (value: string): Secret => new Kept(value) as unknown as Secret

/** Whether a value is a Secret. */
export const isSecret = (value: unknown): value is Secret => value instanceof Kept
