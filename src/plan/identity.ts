import { createHash } from 'node:crypto'
import { isOpaque, type Change } from '../core/change.ts'
import type { Diff, NovelDiff } from '../core/diff.ts'
import type { Working } from '../core/overseer.ts'

/** Takes out of a text what chance has put there, such as a password that was made up just now. */
export type Settled = (text: string) => string

/**
 * Stands for all of a change that says what is done, where and as whom: equal for equal changes of
 * two runs. Plain hashes, of which what they were made of can be guessed: they stay in memory.
 */
export interface Identity {
  /** Everything but what a file holds. */
  readonly frame: string
  readonly before: Held
  readonly after: Held
}

/** What a file holds, by its hash; null where there is no file or the change is of something else. */
type Held = string | { readonly novel: string } | null

export const identityOf = (
  change: Change,
  working: Pick<Working, 'on' | 'user'> | undefined,
  settled: Settled,
): Identity => {
  const { rest, before, after } = partsOf(change.diff, settled)
  const frame = [working?.on, working?.user, change.do, change.summary, rest, ...doingOf(change)]
  return { frame: sha256(settled(JSON.stringify(frame))), before, after }
}

/** Whether a change is the one that was planned; what was yet to be made then may be known by now. */
export const isAsPlanned = (planned: Identity, now: Identity): boolean =>
  planned.frame === now.frame &&
  isHeldAsPlanned(planned.before, now.before) &&
  isHeldAsPlanned(planned.after, now.after)

const isHeldAsPlanned = (planned: Held, now: Held): boolean => {
  if (planned === null || typeof planned === 'string') return planned === now
  return now !== null && (typeof now === 'string' || planned.novel === now.novel)
}

const sha256 = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex')

interface Parts {
  readonly rest: unknown
  readonly before: Held
  readonly after: Held
}

const partsOf = (diff: Diff | undefined, settled: Settled): Parts => {
  switch (diff?.kind) {
    case 'text': {
      const held = (text: string | null): Held => (text === null ? null : sha256(settled(text)))
      const { path, before, after, attributes } = diff
      return { rest: [path, attributes], before: held(before), after: held(after) }
    }
    case 'bytes':
    case 'novel': {
      const { path, before, after, attributes } = diff
      return { rest: [path, attributes], before: heldOf(before), after: heldOf(after) }
    }
    default:
      return { rest: diff, before: null, after: null }
  }
}

const heldOf = (file: NovelDiff['after']): Held => {
  if (file === null) return null
  return 'novel' in file ? { novel: file.novel } : file.sha256
}

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
