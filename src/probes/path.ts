import {
  absent,
  account,
  answer,
  path as place,
  probeOf,
  unanswered,
  type Answer,
  type ProbeKind,
} from '../core/probe.ts'
import { ifKnown } from '../core/uncertain.ts'
import { Frame, inBatches, readFrames } from './frame.ts'
import { LOOK, STATS, TARGET } from './look.ts'

/** What a path is, by lstat: a link is not followed. */
export interface PathInfo {
  readonly kind: 'file' | 'directory' | 'link' | 'other'
  /** Four octal digits, such as `0644`. */
  readonly mode: string
  readonly uid: number
  readonly gid: number
  /** The account's name; the number where it has none. */
  readonly owner: string
  readonly group: string
  /** In bytes. */
  readonly size: number
  /** Seconds since 1970, as the two below. */
  readonly mtime: number
  readonly atime: number
  readonly ctime: number
  readonly inode: number
  readonly device: number
  readonly hardLinks: number
  /** What a link points to, as it is written; empty for anything else. */
  readonly target: string
  /** For `other`. */
  readonly special: 'fifo' | 'socket' | 'block' | 'character' | undefined
}

/*
 * A frame: tags NUL, one stat line for each l and y NUL, a target NUL for each l. When something
 * goes between looking and asking, all are looked at again, one by one.
 */
const LIBRARY = `${LOOK}${STATS}${TARGET}
paths() { several "$@" || for p; do several "$p" || several "$p" || printf 'e\\0\\0'; done; }
several() {
  tags=
  for p; do look "$p"; tags=$tags$tag; done
  left=$tags
  while [ -n "$left" ]; do
    p=$1; shift
    case $left in [ly]*) set -- "$@" "$p";; esac
    left=\${left#?}
  done
  stats "$@" || return 1
  printf '%s\\0%s\\0' "$tags" "$stats"
  left=$tags
  for p; do
    while :; do case $left in [ne]*) left=\${left#?};; *) break;; esac; done
    case $left in l*) target "$p";; esac
    left=\${left#?}
  done
}
`

const kind: ProbeKind<string, PathInfo> = {
  name: 'path',
  ask: questions => inBatches(LIBRARY, 'paths', questions),
  read: (output, questions) => readFrames(output, questions, readFrame),
  dependsOn: (question, info) => [place(question), ...(isNameless(info) ? [account('*')] : [])],
}

/** Whether its owner or group is a number alone: whichever account is given that lends its name. */
export const isNameless = (info: PathInfo | null | undefined): boolean =>
  [ifKnown(() => info?.owner), ifKnown(() => info?.group)].some(name => /^\d+$/.test(name ?? ''))

/** What is at an absolute path whose parents hold no link (see `resolve`); absent: nothing. */
export const path = (name: string) => probeOf(kind)(name)

const readFrame = (frame: Frame): readonly Answer<PathInfo>[] => {
  const tags = frame.tags()
  const stats = frame.lines().values()
  return tags.map(tag => {
    if (tag === 'n') return absent
    if (tag === 'e') return unanswered('it cannot be examined (permission denied?)')
    const info = parseStat(Frame.next(stats))
    if (tag !== 'l') return answer(info)
    const target = frame.text()
    return target === '' ? unanswered('it changed while it was read') : answer({ ...info, target })
  })
}

const KINDS: Readonly<Record<number, Pick<PathInfo, 'kind' | 'special'>>> = {
  0o100000: { kind: 'file', special: undefined },
  0o040000: { kind: 'directory', special: undefined },
  0o120000: { kind: 'link', special: undefined },
  0o010000: { kind: 'other', special: 'fifo' },
  0o140000: { kind: 'other', special: 'socket' },
  0o060000: { kind: 'other', special: 'block' },
  0o020000: { kind: 'other', special: 'character' },
}

/** One line of `stats`. */
export const parseStat = (line: string): PathInfo => {
  const [raw = '', uid, user, gid, group, ...numbers] = line.split(':')
  const [size, atime, mtime, ctime, inode, device, hardLinks] = numbers.map(Number)
  const bits = parseInt(raw, 16)
  return {
    ...(KINDS[bits & 0o170000] ?? { kind: 'other', special: undefined }),
    mode: (bits & 0o7777).toString(8).padStart(4, '0'),
    uid: Number(uid),
    gid: Number(gid),
    owner: named(user, uid),
    group: named(group, gid),
    size: size ?? 0,
    atime: atime ?? 0,
    mtime: mtime ?? 0,
    ctime: ctime ?? 0,
    inode: inode ?? 0,
    device: device ?? 0,
    hardLinks: hardLinks ?? 1,
    target: '',
  }
}

const named = (name = '', number = ''): string =>
  name === 'UNKNOWN' || name === '' ? number : name
