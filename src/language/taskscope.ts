import { UNDEFINED } from '../jinja/index.ts'
import type { Evaluator } from './evaluator.ts'
import type { Condition } from './play.ts'
import type { Resolver } from './resolver.ts'
import type { Scope } from './scope.ts'
import { renderFile, type Blocks } from './templatefile.ts'
import type { Raw } from './value.ts'

/** A resolver as the engine sees it. */
export class TaskScope implements Scope {
  readonly #resolver: Resolver
  readonly #evaluator: Evaluator

  constructor(resolver: Resolver) {
    this.#resolver = resolver
    this.#evaluator = resolver.surroundings.evaluator
  }

  value(raw: Raw): unknown {
    return this.#resolver.value(raw)
  }

  holds(conditions: readonly Condition[]): boolean {
    return this.firstFalse(conditions) === undefined
  }

  firstFalse(conditions: readonly Condition[]): string | undefined {
    return conditions.find(condition => !this.#evaluator.holds(condition, this.#resolver))?.source
  }

  variable(name: string): unknown {
    const value = this.#resolver.lookup(name)
    return value === UNDEFINED ? undefined : this.#resolver.value(value)
  }

  render(source: string, file: string, options: Blocks): string {
    return renderFile(this.#resolver, { source, file }, options)
  }
}
