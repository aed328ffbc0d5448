import { createHash } from 'node:crypto'
import { isOpaque, type Change } from '../core/change.ts'
import type { BytesDiff, Diff } from '../core/diff.ts'
import type { Working } from '../core/overseer.ts'

/** Takes out of a text what chance has put there, such as a password that was made up just now. */
export type Settled = (text: string) => string

/**
 * Stands for all of a change that says what is done, where and as whom: equal for equal changes of
 * two runs. A plain hash, of which what it was made of can be guessed: it stays in memory.
 */
export const identityOf = (
  change: Change,
  working: Pick<Working, 'on' | 'user'> | undefined,
  settled: Settled,
): string =>
  sha256(
    settled(
      JSON.stringify([
        working?.on,
        working?.user,
        change.do,
        change.summary,
        diffOf(change.diff),
        ...doingOf(change),
      ]),
    ),
  )

const sha256 = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex')

const diffOf = (diff: Diff | undefined): unknown =>
  diff?.kind === 'bytes'
    ? { ...diff, before: printOf(diff.before), after: printOf(diff.after) }
    : diff

/** The content that a module gives along may hold the bytes themselves. */
const printOf = (of: BytesDiff['before']): unknown => of && [of.size, of.sha256]

const doingOf = (change: Change): readonly unknown[] => {
  switch (change.do) {
    case 'run':
      // Nothing but itself says what it does.
      if (isOpaque(change)) return [change.script.text, inputOf(change), change.environment]
      return change.diff === undefined ? [change.script.text] : []
    case 'put':
      return [change.to, change.mode, change.owner, change.group, change.backup !== undefined]
    case 'fetch':
      return [change.from, change.to]
    case 'connection':
      return [change.action]
    case 'local':
      return []
  }
}

const inputOf = ({ script: { input } }: Extract<Change, { do: 'run' }>): string | undefined =>
  input === undefined ? undefined : sha256(input)
