import type { DestinationProbes } from './destination.ts'

/** The questions about a place that may not be known yet, or that is not needed. */
export type PossibleDestination = {
  readonly [K in keyof DestinationProbes]: DestinationProbes[K] | undefined
}

/** No question at all. */
export const NOWHERE: PossibleDestination = {
  resolved: undefined,
  info: undefined,
  parent: undefined,
  content: undefined,
  who: undefined,
}
