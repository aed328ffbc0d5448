import type { Change } from '../../core/change.ts'
import { UserError } from '../../core/error.ts'
import { withFields } from '../../core/uncertain.ts'
import { makeDirectory, newDirectory } from '../file/directory.ts'
import { putFile, type Writing } from '../putfile.ts'
import type { NewContent } from '../source.ts'
import type { Target } from './target.ts'

/** How a single file is copied. */
export interface CopyWant extends Writing {
  readonly dest: string
  readonly force: boolean
  readonly directory_mode?: string | undefined
}

interface Copy {
  readonly want: CopyWant
  readonly next: NewContent
  readonly now: Date
  /** The original's mode, for `preserve`; the source's own where it is a file of the controller. */
  readonly mode?: string | undefined
}

/** The changes that make the target hold the file; a directory named by a slash is made first. */
export const copyFile = (target: Target, { want, next, now, mode }: Copy): readonly Change[] => {
  const writing = {
    ...want,
    mode: want.mode === 'preserve' ? (mode ?? modeOfSource(next)) : want.mode,
  }
  if (want.dest.endsWith('/') && target.outer === null) {
    const attributes = { owner: want.owner, group: want.group, mode: want.directory_mode }
    const outer = { resolved: target.outerResolved, info: null, parent: null, who: target.who }
    const there = withFields(target, { parent: newDirectory(outer, attributes) })
    const made = makeDirectory(outer, { ...attributes, recurse: false }, null)
    return [...made, ...putFile(there, { now, next, want: writing })]
  }
  if (target.info !== null && !want.force && target.info.kind !== 'directory') return []
  return putFile(target, { now, next, want: writing })
}

const modeOfSource = ({ source }: NewContent): string => {
  if (!('from' in source) && source.mode !== undefined) return source.mode
  throw new UserError('E_NOTHING_TO_PRESERVE', 'mode: preserve needs a src: a text has no mode')
}
