import type { Change } from '../../core/change.ts'
import { UserError } from '../../core/error.ts'
import { path as place } from '../../core/probe.ts'
import { ENTER } from '../../core/enter.ts'
import { constant, lines, sh, type Words } from '../../core/shell.ts'
import { directoryAppears } from '../../probes/effects.ts'
import type { PathInfo } from '../../probes/path.ts'
import type { TreeInfo } from '../../probes/tree.ts'
import {
  attributesShown,
  exactMode,
  newInfo,
  ownerWord,
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

/*
 * Goes down from the nearest directory that there is. In a parent that is not ours its owner can put
 * another directory in place of the one just made; nobody is given one that holds anything.
 */
const MAKE = constant(`
make() {
  at=$1 missing=
  until [ -d "\${at:-/}" ]; do
    missing=\${at##*/}/$missing
    at=\${at%/*}
  done
  enter "\${at:-/}" || return 1
  while [ -n "$missing" ]; do
    one "\${missing%%/*}" || return 1
    missing=\${missing#*/}
  done
}
one() {
  mkdir \${mode:+-m 700} -- "./$1" && enter "\${PWD%/}/$1" || return 1
  [ -n "$owner$mode" ] || return 0
  [ -O .. ] || empty || { echo "$PWD was not made here" >&2; return 1; }
  [ -z "$owner" ] || chown -- "$owner" . || return 1
  [ -z "$mode" ] || chmod -- "$mode" .
}
empty() {
  for entry in * .[!.]* ..?*; do
    if [ -e "$entry" ] || [ -L "$entry" ]; then return 1; fi
  done
}`)

/** Makes a directory with its missing parents, all with the same attributes, and goes there. */
export const makeWords = (at: string, { owner, group, mode = '' }: Attributes): Words =>
  lines(
    ENTER,
    MAKE,
    sh`owner=${ownerWord({ owner, group })} mode=${mode}`,
    sh`make ${at} || exit 1`,
  )

const make = (at: string, there: Omit<Destination, 'content'>, want: Attributes): Change => {
  const info = newDirectory(there, want)
  const mode = want.mode === undefined ? undefined : exactMode(info.mode)
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
    script: makeWords(at, { ...want, mode }),
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
