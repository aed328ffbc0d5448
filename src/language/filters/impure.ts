import type { Context } from '../../jinja/index.ts'
import { Resolver } from '../resolver.ts'

/** Says that an answer depends on time, chance or effects; looking ahead refuses it by throwing. */
export const impure = (context: Context, name: string): void => {
  resolverOf(context).surroundings.onImpureLookup?.(name)
}

/** Gives what was made of a text one-way: of a secret it is one too, since it can be guessed from. */
export const derived = (from: string, made: string, context: Context): string => {
  const { onDerived, inputs } = resolverOf(context).surroundings
  onDerived?.(from, made)
  inputs?.derived(from, made)
  return made
}

/** The variables that a filter or a function was called with. */
export const resolverOf = ({ scope }: Context): Resolver => {
  if (scope instanceof Resolver) return scope
  throw new Error('templates are evaluated with a Resolver only')
}
