import type { Args, Context, Kwargs } from '../../jinja/index.ts'
import type { Resolver } from '../resolver.ts'

/** What a lookup was called with. */
export interface LookupCall {
  readonly name: string
  readonly terms: Args
  /** Keyword arguments other than those that every lookup has. */
  readonly options: Kwargs
  readonly resolver: Resolver
  readonly context: Context
}

/** A lookup: finds a list of values on the controller. What it throws is a UserError or TemplateError. */
export type Lookup = (call: LookupCall) => readonly unknown[]

/** Says that the answer depends on files, time, chance or commands, and may differ later. */
export const isImpure = ({ name, resolver }: LookupCall): void => {
  resolver.surroundings.onImpureLookup?.(name)
}
