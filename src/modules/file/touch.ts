import type { Change } from '../../core/change.ts'
import { path as place } from '../../core/probe.ts'
import { lines, sh } from '../../core/shell.ts'
import { withUncertain } from '../../core/uncertain.ts'
import { attributesChange, UNWRITTEN } from '../../probes/effects.ts'
import { type PathInfo } from '../../probes/path.ts'
import { setAttributes, type Attributes } from '../attributes.ts'
import type { Destination } from '../destination.ts'
import { guardOf } from '../guard.ts'
import { putFile } from '../putfile.ts'
import { reaching } from '../reach.ts'
import { fromBytes } from '../source.ts'

interface TouchWant extends Attributes {
  readonly access_time: string | undefined
  readonly modification_time: string | undefined
}

/** Makes an empty file; what exists gets the time of now, unless it is to be preserved. */
export const touch = (there: Omit<Destination, 'content'>, want: TouchWant): readonly Change[] => {
  const at = there.resolved?.physical ?? ''
  if (there.info === null)
    return putFile(
      { ...there, content: null },
      {
        now: new Date(0), // for a backup's name; there is nothing to back up
        next: fromBytes(''),
        want: { ...want, backup: false, validate: undefined, unsafe_writes: false },
      },
    )
  const flags = [
    ...(want.access_time === 'preserve' ? [] : ['-a']),
    ...(want.modification_time === 'preserve' ? [] : ['-m']),
  ]
  if (flags.length === 0) return setAttributes(at, there.info, want)
  const touched = withUncertain(there.info, ['mtime', 'atime', 'ctime'], UNWRITTEN)
  return [setTimes(at, touched, flags), ...setAttributes(at, touched, want)]
}

const setTimes = (at: string, info: PathInfo, flags: readonly string[]): Change => ({
  do: 'run',
  summary: `touch ${at}`,
  script: lines(reaching(at, info.kind), sh`touch -c ${flags} $no_follow -- "$it"`),
  effects: attributesChange(at, info),
  scope: [place(at)],
  guard: guardOf(at),
  // The time of now is never what it was, and stat tells it only to the second.
  act: { kind: 'unproved' },
})
