import { UndefinedError, type Position } from '../error.ts'

interface Description {
  /** What the user wrote, as far as it is undefined: `users[0].nope`. */
  readonly path: string
  /** The fact for the message; without it, `'path' is undefined`. */
  readonly fact?: string | undefined
  readonly at?: Position | undefined
  readonly template?: string | undefined
  /** Finds the nearest known name; asked only when the error is raised. */
  readonly suggest?: (() => string | undefined) | undefined
  /** The whole path in which this was used: `users[0].nope.deep`. */
  readonly within?: string | undefined
  /** The value of `'x' if false`: prints as nothing, though using it otherwise fails. */
  readonly blank?: boolean | undefined
}

/** The value of what does not exist. It may be tested and defaulted; any other use raises. */
export class Undefined {
  readonly #description: Description

  constructor(description: Description) {
    this.#description = description
  }

  /** The path as far as it is undefined. */
  get name(): string {
    return this.#description.path
  }

  get blank(): boolean {
    return this.#description.blank === true
  }

  /** The hint that the error would have. */
  get hint(): string | undefined {
    return this.#description.suggest?.()
  }

  /** What is inside something undefined is undefined, for the same reason. */
  inner(path: string | undefined): Undefined {
    return new Undefined({ ...this.#description, blank: false, within: path })
  }

  raise(): never {
    const { path, fact = `'${path}' is undefined`, within, at, template } = this.#description
    const message = within === undefined || within === path ? fact : `${fact} (in '${within}')`
    throw new UndefinedError(path, message, { at, template, hint: this.hint })
  }
}
