import { TemplateError } from '../error.ts'
import { equals } from '../runtime/compare.ts'
import { Undefined } from '../runtime/undefined.ts'
import { type Args, Callable, TemplateObject, UNDEFINED } from '../runtime/values.ts'

/** The `loop` of a `{% for %}`. */
export class LoopState extends TemplateObject {
  override readonly typeName = 'loop'
  readonly #items: readonly unknown[]
  readonly #depth: number
  readonly #recurse: ((items: unknown) => string) | undefined
  #index = 0
  #seen: Args | undefined

  constructor(
    items: readonly unknown[],
    depth: number,
    recurse: ((items: unknown) => string) | undefined,
  ) {
    super()
    this.#items = items
    this.#depth = depth
    this.#recurse = recurse
  }

  advance(): void {
    this.#index += 1
  }

  override attribute(name: string): unknown {
    const length = this.#items.length
    const index = this.#index
    switch (name) {
      case 'index':
        return index + 1
      case 'index0':
        return index
      case 'revindex':
        return length - index
      case 'revindex0':
        return length - index - 1
      case 'first':
        return index === 0
      case 'last':
        return index === length - 1
      case 'length':
        return length
      case 'depth':
        return this.#depth
      case 'depth0':
        return this.#depth - 1
      case 'previtem':
        return index > 0 ? this.#items[index - 1] : this.#noItem('previous')
      case 'nextitem':
        return index < length - 1 ? this.#items[index + 1] : this.#noItem('next')
      case 'cycle':
        return new Callable('cycle', args => this.#cycle(args))
      case 'changed':
        return new Callable('changed', args => this.#changed(args))
      default:
        return UNDEFINED
    }
  }

  /** `loop(items)` in a recursive loop. */
  override call([items]: Args): string {
    if (!this.#recurse)
      throw new TemplateError("'loop' can be called only if the loop says 'recursive'")
    return this.#recurse(items)
  }

  #noItem(which: 'previous' | 'next'): Undefined {
    const path = which === 'next' ? 'loop.nextitem' : 'loop.previtem'
    return new Undefined({ path, fact: `the loop has no ${which} item here` })
  }

  #cycle(args: Args): unknown {
    if (args.length === 0) throw new TemplateError("'cycle' needs at least one value")
    return args[this.#index % args.length]
  }

  #changed(args: Args): boolean {
    const before = this.#seen
    this.#seen = args
    return !before || !equals([...before], [...args])
  }
}
