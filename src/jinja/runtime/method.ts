import { bindArguments } from './arguments.ts'
import { type Args, Callable, demand, type Kwargs } from './values.ts'

/** A Python method: its parameters by name, or `rest` for one that takes any. */
export interface Method<Self> {
  readonly parameters: readonly string[] | 'rest'
  readonly run: (self: Self, args: unknown[], kwargs: Kwargs) => unknown
}

/** Methods by name; a Map, so that no name reaches a prototype. */
export type MethodTable<Self> = ReadonlyMap<string, Method<Self>>

/** A method with named parameters, written `'old new count'`. */
export const method = <Self>(
  parameters: string,
  run: (self: Self, args: unknown[]) => unknown,
): Method<Self> => ({ parameters: parameters === '' ? [] : parameters.split(' '), run })

/** The method of one object, ready to be called. */
export const bindMethod = (
  self: unknown,
  name: string,
  { parameters, run }: Method<never>,
): Callable => {
  const call = (args: Args, kwargs: Kwargs): unknown => {
    if (parameters === 'rest') return run(self as never, args.map(demand), kwargs)
    return run(self as never, bindArguments(`'${name}'`, parameters, args, kwargs), kwargs) ?? null
  }
  return new Callable(name, call)
}
