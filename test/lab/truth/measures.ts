import type { Report } from '../report.ts'

type Entry = Report['tasks'][number]

/** How a dry run and the real run after it agree, by host, task and item. */
export interface Agreement {
  /** Told as certain, and did not happen. */
  readonly untrue: readonly string[]
  /** Happened, and was told neither as certain nor as possible. */
  readonly untold: readonly string[]
  /** Told as possible alone, and happened: with what kept it from being certain. */
  readonly doubted: readonly string[]
  /** Told as possible, and did not happen. */
  readonly needless: readonly string[]
  /** How many tasks and items the real run changed. */
  readonly changed: number
  /** How many were only possible, over how many the real run changed. */
  readonly doubt: number
}

/** Compares them. A loop that could not be known ahead is one entry, and stands for its items. */
export const agreement = (dry: Report, real: Report): Agreement => {
  const told = new Told(dry)
  const pairs = real.tasks.map(then => ({ then, before: told.take(then) }))
  const leftOver = told.rest()
  const changed = real.tasks.filter(isChange)
  const list = (rows: readonly (readonly [Entry, string])[]): string[] =>
    rows.map(([entry, why]) => `${nameOf(entry)}: ${why}`)
  const untrue = pairs.flatMap(({ then, before }): [Entry, string][] =>
    before?.status === 'changed' && !isChange(then)
      ? [[then, `"${summaries(before)}" was certain, and it was ${then.status}`]]
      : [],
  )
  const neverMet = leftOver
    .filter(({ status }) => status === 'changed')
    .map((entry): [Entry, string] => [entry, `"${summaries(entry)}" was certain, and did not run`])
  const untold = pairs.flatMap(({ then, before }): [Entry, string][] =>
    isChange(then) && !['changed', 'maybe'].includes(before?.status ?? '')
      ? [[then, `"${summaries(then)}" happened, and was ${before?.status ?? 'not there'}`]]
      : [],
  )
  const maybes = pairs.filter(({ before }) => before?.status === 'maybe')
  const reasons = (happened: boolean): string[] =>
    list(
      maybes
        .filter(({ then }) => isChange(then) === happened)
        .map(({ then, before }) => [then, before?.message ?? '']),
    )
  const count = dry.tasks.filter(({ status }) => status === 'maybe').length
  return {
    untrue: list([...untrue, ...neverMet]),
    untold: list(untold),
    doubted: reasons(true),
    needless: reasons(false),
    changed: changed.length,
    doubt: changed.length === 0 ? count : count / changed.length,
  }
}

/** What a dry run told, to be matched with what happened, each entry once. */
class Told {
  readonly #entries = new Map<string, Entry[]>()

  constructor({ tasks }: Report) {
    for (const entry of tasks) {
      const key = nameOf(entry)
      this.#entries.set(key, [...(this.#entries.get(key) ?? []), entry])
    }
  }

  take(entry: Entry): Entry | undefined {
    const own = this.#entries.get(nameOf(entry))?.shift()
    if (own !== undefined || entry.item === null) return own
    return this.#entries.get(nameOf({ ...entry, item: null }))?.[0]
  }

  rest(): Entry[] {
    return [...this.#entries.values()].flat()
  }
}

const isChange = ({ status }: Entry): boolean => status === 'changed'

const nameOf = ({ host, at, task, item }: Entry): string =>
  `${host}: ${task}${item === null ? '' : ` (${item})`} [${at}]`

const summaries = ({ changes }: Entry): string => changes.map(({ summary }) => summary).join('; ')
