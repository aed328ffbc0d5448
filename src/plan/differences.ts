import { groupBy } from '../core/group.ts'
import type { Entry, EntryChange, HostPlan } from './document.ts'

/** A difference between what a task was planned to do and what it would do now. */
export interface Difference {
  readonly task: string
  readonly at: string
  readonly item: string | null
  readonly planned: string
  readonly now: string
}

const NOTHING = 'nothing'

/** Where a host's fresh plan is another than the saved one, in order; none when they are equal. */
export const hostDifferences = (planned: HostPlan, now: HostPlan): readonly Difference[] => {
  if (planned.digest === now.digest) return []
  const [before, after] = [byPlace(planned.tasks), byPlace(now.tasks)]
  const places = [...new Set([...before.keys(), ...after.keys()])]
  const found = places.flatMap(place => entryDifferences(before.get(place), after.get(place)))
  const [first] = now.tasks
  if (found.length > 0 || first === undefined) return found
  return [{ ...named(first), planned: 'the same changes', now: 'in another order' }]
}

/** Entries by where they stand; those that stand at one place in the order of their turns. */
const byPlace = (entries: readonly Entry[]): ReadonlyMap<string, Entry> => {
  const groups = groupBy(entries, ({ at, handler, item }) => JSON.stringify([at, handler, item]))
  return new Map(
    [...groups].flatMap(([place, group]) =>
      group.map((entry, count): [string, Entry] => [`${place}${count}`, entry]),
    ),
  )
}

const entryDifferences = (planned: Entry | undefined, now: Entry | undefined): Difference[] => {
  const either = now ?? planned
  if (either === undefined || planned?.digest === now?.digest) return []
  const [before, after] = contrast(asDone(planned), asDone(now))
  return [{ ...named(either), planned: before, now: after }]
}

const named = ({ task, at, item }: Entry): Pick<Difference, 'task' | 'at' | 'item'> => ({
  task,
  at,
  item,
})

/** What a turn does, as people read it. */
export interface Done {
  readonly isMaybe: boolean
  readonly failure: string | null
  readonly changes: readonly EntryChange[]
}

const asDone = (entry: Entry | undefined): Done => ({
  isMaybe: entry?.status === 'maybe' || entry?.reach !== undefined,
  failure: entry?.code === undefined ? null : entry.message,
  changes: entry?.changes ?? [],
})

/** Both as text; where these read alike, with the first line of a diff that differs. */
export const contrast = (planned: Done, now: Done): readonly [string, string] => {
  const [before, after] = [inWords(planned), inWords(now)]
  if (before !== after) return [before, after]
  const [old, fresh] = [planned, now].map(({ changes }) =>
    // Where a hunk stands follows from what is in it.
    changes.flatMap(({ diff }) => (diff ?? []).filter(line => !line.startsWith('@@'))),
  )
  const index = (old ?? []).findIndex((line, i) => line !== fresh?.[i])
  if (index < 0 && old?.length === fresh?.length)
    return [before, `${after}, but another in what is not shown here`]
  return [old, fresh].map(lines => {
    const line = lines?.[index < 0 ? (old?.length ?? 0) : index]
    return `${before}${line === undefined ? '' : ` (${line.trim()})`}`
  }) as [string, string]
}

const inWords = ({ isMaybe, failure, changes }: Done): string => {
  if (failure !== null) return `a failure: ${failure}`
  const what = changes.map(({ summary }) => summary).join('; ')
  if (what === '') return isMaybe ? 'perhaps something' : NOTHING
  return isMaybe ? `perhaps ${what}` : what
}

const MOST_SHOWN = 10

/** Differences as the lines of a message. */
export const differenceLines = (differences: readonly Difference[]): readonly string[] => [
  ...differences
    .slice(0, MOST_SHOWN)
    .flatMap(({ task, at, item, planned, now }) => [
      `${at}: ${task}${item === null ? '' : ` (${item})`}`,
      `  planned: ${planned}`,
      `  now: ${now}`,
    ]),
  ...(differences.length > MOST_SHOWN ? [`… and ${differences.length - MOST_SHOWN} more`] : []),
]
