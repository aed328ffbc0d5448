import type { Target } from '../syntax/ast.ts'

/** What is known of names at a place in a template. */
export class Names {
  readonly #bound: Set<string>
  readonly #defined: ReadonlySet<string>
  readonly #outer: Names | undefined

  private constructor(bound: Set<string>, defined: ReadonlySet<string>, outer?: Names) {
    this.#bound = bound
    this.#defined = defined
    this.#outer = outer
  }

  /** At the start of a source; `defined` are names known to exist. */
  static outermost(defined: Iterable<string>): Names {
    return new Names(new Set(), new Set(defined))
  }

  /** Inside something with names of its own. */
  inner(...bound: string[]): Names {
    return new Names(new Set(bound), new Set(), this)
  }

  /** Where a condition has shown that names exist; what is set here is set outside too. */
  knowing(defined: ReadonlySet<string>): Names {
    return new Names(this.#bound, defined, this)
  }

  bind(target: Target): void {
    if (target.kind === 'name') this.#bound.add(target.name)
    else if (target.kind === 'unpack') for (const part of target.targets) this.bind(part)
  }

  bindName(name: string): void {
    this.#bound.add(name)
  }

  /** Whether the template itself gives the name its value. */
  isBound(name: string): boolean {
    return this.#bound.has(name) || (this.#outer?.isBound(name) ?? false)
  }

  /** Whether the name exists whenever this place is reached. */
  isDefined(name: string): boolean {
    return this.#defined.has(name) || (this.#outer?.isDefined(name) ?? false)
  }
}
