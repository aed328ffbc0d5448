import { becomes, type Effect } from '../../core/change.ts'
import { packageLists, transaction } from '../../probes/apt.ts'
import { worldBecomes } from '../../probes/apt/world.ts'

/** What is true once the package lists have been fetched: apt is asked of what they then know. */
export const refreshEffects = (): readonly Effect[] => [
  becomes(packageLists(), { present: true, fetched: Number.MAX_SAFE_INTEGER, age: 0 }),
  worldBecomes(world => ({ ...world, fetched: true })),
]

/** Apt has nothing left to do of what these words ask. */
export const nothingLeft = (words: readonly string[]): Effect =>
  becomes(transaction({ words }), { kind: 'possible', steps: [] })
