import type { RunSummary } from '../../src/core/event.ts'

/** The end of a run that had no hosts. */
export const NOBODY: RunSummary = {
  hosts: new Map(),
  roundTrips: new Map(),
  setupRoundTrips: new Map(),
  interrupted: false,
  ms: 1,
}
