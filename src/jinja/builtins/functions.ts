import { TemplateError } from '../error.ts'
import { asInteger, asText, bindArguments, optional } from '../runtime/arguments.ts'
import { pairsOf } from '../runtime/dictmethods.ts'
import {
  type Args,
  Callable,
  checkSize,
  type Context,
  type Kwargs,
  TemplateObject,
  UNDEFINED,
} from '../runtime/values.ts'
import { Namespace } from './namespace.ts'

/** A function that templates can call; JavaScript's own arrive here through `createEnvironment`. */
export type GlobalFunction = (args: Args, kwargs: Kwargs, context: Context) => unknown

const range: GlobalFunction = (args, kwargs) => {
  const bounds = bindArguments("'range'", ['start', 'stop', 'step'], args, kwargs)
  const [first, second, third] = bounds.map(bound =>
    optional(bound, undefined, asRangeBound, "an argument of 'range'"),
  )
  if (first === undefined) throw new TemplateError("'range' needs at least one argument")
  const [start, stop, step] = second === undefined ? [0, first, 1] : [first, second, third ?? 1]
  if (step === 0) throw new TemplateError("the step of 'range' cannot be zero")
  const length = Math.max(0, Math.ceil((stop - start) / step))
  checkSize(length, 'the range')
  return Array.from({ length }, (_, index) => start + index * step)
}

const asRangeBound = (value: unknown, what: string): number | undefined => asInteger(value, what)

const mapping = (name: string, args: Args, kwargs: Kwargs): Map<string, unknown> => {
  if (args.length > 1) throw new TemplateError(`'${name}' takes at most one argument by position`)
  const pairs = args.length > 0 ? pairsOf(args[0]) : []
  return new Map([...pairs, ...kwargs] as [string, unknown][])
}

class Cycler extends TemplateObject {
  override readonly typeName = 'cycler'
  readonly #items: Args
  #index = 0

  constructor(items: Args) {
    super()
    if (items.length === 0) throw new TemplateError("'cycler' needs at least one item")
    this.#items = items
  }

  override attribute(name: string): unknown {
    switch (name) {
      case 'current':
        return this.#items[this.#index]
      case 'next':
        return new Callable('next', () => this.#next())
      case 'reset':
        return new Callable('reset', () => {
          this.#index = 0
        })
      default:
        return UNDEFINED
    }
  }

  #next(): unknown {
    const item = this.#items[this.#index]
    this.#index = (this.#index + 1) % this.#items.length
    return item
  }
}

const joiner: GlobalFunction = (args, kwargs) => {
  const [separator] = bindArguments("'joiner'", ['sep'], args, kwargs)
  let used = false
  return new Callable('joiner', () => {
    const text = used ? optional(separator, ', ', asText, 'the separator') : ''
    used = true
    return text
  })
}

/** The functions that every template has. (`lipsum` is left out: it is for mock-ups of pages.) */
export const GLOBAL_FUNCTIONS: ReadonlyMap<string, GlobalFunction> = new Map<
  string,
  GlobalFunction
>([
  ['range', range],
  ['dict', (args, kwargs) => mapping('dict', args, kwargs)],
  ['namespace', (args, kwargs) => new Namespace(mapping('namespace', args, kwargs))],
  ['cycler', args => new Cycler(args)],
  ['joiner', joiner],
])
