import {
  answer,
  path as place,
  probeOf,
  unanswered,
  type Answer,
  type Probe,
  type ProbeKind,
} from '../core/probe.ts'
import { Frame, inBatches, readFrames } from './frame.ts'
import { EXPAND, TARGET } from './look.ts'

/** Where a path really is. */
export interface Resolved {
  /** The path as it was asked, `~` replaced. */
  readonly path: string
  /** The same without any link on its way; it need not exist. */
  readonly physical: string
  /** The links on the way, each at its physical place, with what was to follow it. */
  readonly via: readonly { readonly link: string; readonly rest: string }[]
}

const MOST_LINKS = 40

/*
 * Walks the components with builtins; only a link costs a process. A frame: for each link on the
 * way `link` NUL its place NUL what was to follow NUL, then how it ended (y, loop, denied, or user:
 * no such account) NUL path NUL physical NUL.
 */
const LIBRARY = `${EXPAND}${TARGET}
follow() { for p; do walk yes "$p"; done; }
keep() { for p; do walk no "$p"; done; }
walk() {
  at= end=y links=0
  if expand "$2"; then todo=$full; else full=$2 todo= end=user; fi
  while [ -n "$todo" ]; do
    case $todo in
    /*) todo=\${todo#/}; continue ;;
    */*) name=\${todo%%/*}; todo=\${todo#*/} ;;
    *) name=$todo; todo= ;;
    esac
    case $name in .) continue ;; ..) at=\${at%/*}; continue ;; esac
    if [ -d "$at/" ] && ! [ -x "$at/" ]; then end=denied; break; fi
    if ! [ -L "$at/$name" ] || { [ $1 = no ] && [ -z "$todo" ]; }; then at=$at/$name; continue; fi
    links=$((links + 1))
    if [ $links -gt ${MOST_LINKS} ]; then end=loop; break; fi
    readlink_target "$at/$name" || { end=denied; break; }
    printf 'link\\0%s\\0%s\\0' "$at/$name" "$todo"
    case $target in /*) at= ;; esac
    todo=$target/$todo
  done
  printf '%s\\0%s\\0%s\\0' $end "$full" "\${at:-/}"
}
`

/** The kinds of probes that answer with Resolved. */
export const RESOLVING = ['resolve', 'resolve parents'] as const

const kindOf = (follow: boolean): ProbeKind<string, Resolved> => ({
  name: RESOLVING[follow ? 0 : 1],
  ask: questions => inBatches(LIBRARY, follow ? 'follow' : 'keep', questions),
  read: (output, questions) => readFrames(output, questions, readFrame),
  dependsOn: (question, answer) => [
    place(answer?.physical ?? question),
    ...(answer?.via ?? []).map(({ link }) => place(link)),
  ],
})

const following = probeOf(kindOf(true))
const keeping = probeOf(kindOf(false))

/** Where a path leads when every link is followed. Asked before `path` and `content`. */
export const resolve = (name: string) => following(trimmed(name))

/** Where a path is when a link at its very end is not followed. */
export const resolveParents = (name: string) => keeping(trimmed(name))

/** Whether a probe of these kinds follows a link at the very end. */
export const followsLast = ({ kind }: Probe<unknown>): boolean => kind.name === RESOLVING[0]

const trimmed = (name: string): string => name.replace(/(?<=.)\/+$/, '')

const WHY: Readonly<Record<string, string>> = {
  loop: 'too many links (a loop?)',
  denied: 'permission denied on the way',
  user: 'no account of that name for "~"',
}

const readFrame = (frame: Frame): readonly Answer<Resolved>[] => {
  const via: { link: string; rest: string }[] = []
  for (;;) {
    const word = frame.text()
    const [first, second] = [frame.text(), frame.text()]
    if (word === 'link') via.push({ link: first, rest: second })
    else if (word === 'y') return [answer({ path: first, physical: second, via })]
    else return [unanswered(`${first}: ${WHY[word] ?? word}`)]
  }
}
