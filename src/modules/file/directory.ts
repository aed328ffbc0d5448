import type { Change } from '../../core/change.ts'
import { UserError } from '../../core/error.ts'
import { path as place } from '../../core/probe.ts'
import { constant, lines, sh } from '../../core/shell.ts'
import { directoryAppears } from '../../probes/effects.ts'
import type { PathInfo } from '../../probes/path.ts'
import type { TreeInfo } from '../../probes/tree.ts'
import {
  attributesShown,
  exactMode,
  newInfo,
  setAttributes,
  withAttributes,
  type Attributes,
} from '../attributes.ts'
import type { Destination } from '../destination.ts'
import { guardOf } from '../guard.ts'
import { formatMode } from '../mode.ts'

const NEW_DIRECTORY = 0o755
const SETGID = 0o2000

/** Makes a directory with its missing parents, which get the same attributes. */
export const makeDirectory = (
  there: Omit<Destination, 'content'>,
  want: Attributes & { readonly recurse: boolean },
  below: readonly TreeInfo[] | null,
): readonly Change[] => {
  const at = there.resolved?.physical ?? ''
  if (there.info === null) return [make(at, there, want)]
  if (there.info.kind !== 'directory')
    throw new UserError('E_NOT_A_DIRECTORY', `${at} exists and is no directory`)
  const own = setAttributes(at, there.info, want)
  if (!want.recurse) return own
  const root = at === '/' ? '' : at
  return [
    ...own,
    ...(below ?? []).flatMap(entry => setAttributes(`${root}/${entry.path}`, entry, want)),
  ]
}

const MAKE = constant(`
set -e
make() {
  [ -z "$1" ] || [ -d "$1" ] || { make "\${1%/*}"; one "$1"; }
}
one() {
  mkdir -- "$1"
  [ -z "$owner" ] || chown -- "$owner" "$1"
  [ -z "$group" ] || chgrp -- "$group" "$1"
  [ -z "$mode" ] || chmod -- "$mode" "$1"
}`)

const make = (at: string, there: Omit<Destination, 'content'>, want: Attributes): Change => {
  const info = newDirectory(there, want)
  const mode = want.mode === undefined ? '' : exactMode(info.mode)
  return {
    do: 'run',
    summary: `make directory ${at}`,
    diff: {
      kind: 'fields',
      of: at,
      fields: [
        { name: 'state', before: 'absent', after: 'directory' },
        ...attributesShown(null, info, want),
      ],
    },
    script: lines(
      MAKE,
      sh`owner=${want.owner ?? ''} group=${want.group ?? ''} mode=${mode}`,
      sh`make ${at}`,
    ),
    effects: directoryAppears(at, info),
    scope: [place(at)],
    guard: guardOf(at),
  }
}

/** What a directory that does not exist yet will be. */
export const newDirectory = (
  there: Pick<Destination, 'who' | 'parent'>,
  want: Attributes,
): PathInfo => {
  const inherited = there.parent === null ? 0 : parseInt(there.parent.mode, 8) & SETGID
  const bits = formatMode(NEW_DIRECTORY | inherited)
  return withAttributes(newInfo('directory', bits, there), want)
}
