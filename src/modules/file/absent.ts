import type { Change } from '../../core/change.ts'
import { fieldsDiff, type Diff } from '../../core/diff.ts'
import { UserError } from '../../core/error.ts'
import { path as place } from '../../core/probe.ts'
import { lines, sh } from '../../core/shell.ts'
import { ifKnown } from '../../core/uncertain.ts'
import { goes } from '../../probes/effects.ts'
import type { Content } from '../../probes/content.ts'
import type { PathInfo } from '../../probes/path.ts'
import { attributesLost } from '../attributes.ts'
import { guardOf } from '../guard.ts'
import { contentDiff } from '../putfile.ts'
import { besides, here } from '../reach.ts'

/** Removes what is at a path, with everything below it. */
export const remove = (
  at: string,
  info: PathInfo | null,
  content: () => Content | null,
): readonly Change[] => {
  if (info === null) return []
  if (at === '/') throw new UserError('E_REMOVES_ROOT', 'the root directory cannot be removed')
  return [
    {
      do: 'run',
      summary: `remove ${info.kind === 'other' ? 'file' : info.kind} ${at}`,
      diff: diffOf(at, info, content),
      script: lines(besides(at), sh`rm -rf -- ${here(at)}`),
      effects: goes(at),
      scope: [place(at)],
      guard: guardOf(at),
    },
  ]
}

/** What a file holds that goes, where that is known. */
const diffOf = (at: string, info: PathInfo, content: () => Content | null): Diff => {
  const shown = ifKnown(() => {
    const held = info.kind === 'file' ? content() : null
    return held === null
      ? undefined
      : contentDiff(at, { before: held, after: null }, attributesLost(info))
  })
  if (shown === undefined) return fieldsDiff(at, { state: info.kind }, { state: 'absent' })
  return shown
}
