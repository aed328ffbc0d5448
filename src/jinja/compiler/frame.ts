import { TemplateError } from '../error.ts'
import { type Context, type Scope, UNDEFINED } from '../runtime/values.ts'
import type { Output } from './output.ts'

// Recursive macros, loops and includes go no deeper; each level takes much of the JavaScript stack.
const MAX_DEPTH = 100

/** A body of a block, with the frame it runs in. */
export type BlockBody = (frame: Frame, output: Output) => void

/** What is shared by all frames of one rendering of one template. */
export class Run {
  readonly scope: Scope
  readonly context: Context
  /** Bodies by block name, from the most derived template to the base. */
  readonly blocks = new Map<string, BlockBody[]>()
  /** Continues with the template that this one extends. */
  parent: BlockBody | undefined
  readonly #depth: { now: number }

  /** `scope` differs from the context's where a template is imported without the names around it. */
  constructor(context: Context, scope: Scope, from?: Run) {
    this.context = context
    this.scope = scope
    this.#depth = from ? from.#depth : { now: 0 }
  }

  /** Runs something that may run itself. */
  deeper<T>(action: () => T): T {
    if (this.#depth.now >= MAX_DEPTH)
      throw new TemplateError(`the template calls itself more than ${MAX_DEPTH} levels deep`)
    this.#depth.now += 1
    try {
      return action()
    } finally {
      this.#depth.now -= 1
    }
  }
}

/** The names that a piece of a template has set, on top of those around it. */
export class Frame {
  readonly locals = new Map<string, unknown>()
  readonly run: Run
  /** The text that the filters of a filter block work on. */
  captured = ''
  readonly #outer: Frame | undefined

  constructor(run: Run, outer?: Frame) {
    this.run = run
    this.#outer = outer
  }

  child(): Frame {
    return new Frame(this.run, this)
  }

  /** The value of a name that a template set, else the host's, else UNDEFINED. */
  lookup(name: string): unknown {
    const local = this.local(name)
    return local === UNDEFINED ? this.run.scope.lookup(name) : local
  }

  /** The value of a name that a template set, else UNDEFINED. */
  local(name: string): unknown {
    const value = this.locals.get(name)
    if (value !== undefined) return value
    return this.#outer === undefined ? UNDEFINED : this.#outer.local(name)
  }

  /** The outermost frame of the template. */
  get root(): Frame {
    return this.#outer?.run === this.run ? this.#outer.root : this
  }
}
