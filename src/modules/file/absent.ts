import type { Change } from '../../core/change.ts'
import { fieldsDiff } from '../../core/diff.ts'
import { UserError } from '../../core/error.ts'
import { path as place } from '../../core/probe.ts'
import { lines, sh } from '../../core/shell.ts'
import { goes } from '../../probes/effects.ts'
import type { PathInfo } from '../../probes/path.ts'
import { guardOf } from '../guard.ts'
import { besides, here } from '../reach.ts'

/** Removes what is at a path, with everything below it. */
export const remove = (at: string, info: PathInfo | null): readonly Change[] => {
  if (info === null) return []
  if (at === '/') throw new UserError('E_REMOVES_ROOT', 'the root directory cannot be removed')
  return [
    {
      do: 'run',
      summary: `remove ${info.kind === 'other' ? 'file' : info.kind} ${at}`,
      diff: fieldsDiff(at, { state: info.kind }, { state: 'absent' }),
      script: lines(besides(at), sh`rm -rf -- ${here(at)}`),
      effects: goes(at),
      scope: [place(at)],
      guard: guardOf(at),
    },
  ]
}
