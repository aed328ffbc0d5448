import { answer, path as place, probeOf, unanswered, type ProbeKind } from '../core/probe.ts'
import { inBatches, readFrames } from './frame.ts'
import { EXPAND, LOOK } from './look.ts'

/*
 * A frame: y, e (cannot be known) or user (no such account) NUL, how many NUL, each NUL. The shell
 * expands the pattern; without IFS it splits nothing.
 */
const LIBRARY = `${EXPAND}${LOOK}
matches() { for q; do several "$q"; done; }
several() {
  if ! expand "$1"; then printf 'user\\0%s\\0' 0; return; fi
  IFS=
  set -- $full
  unset IFS
  n=$# failed=y
  while [ $n -gt 0 ]; do
    p=$1; shift; n=$((n - 1))
    look "$p"
    case $tag in [ly]) set -- "$@" "$p" ;; e) failed=e ;; esac
  done
  printf '%s\\0%s\\0' $failed $#
  [ $# = 0 ] || printf '%s\\0' "$@"
}
`

const kind: ProbeKind<string, readonly string[]> = {
  name: 'matches',
  ask: questions => inBatches(LIBRARY, 'matches', questions),
  read: (output, questions) =>
    readFrames(output, questions, frame => {
      const [tag, count] = [frame.text(), frame.number()]
      const found = Array.from({ length: count }, () => frame.text())
      if (tag === 'user') return [unanswered('no account of that name for "~"')]
      return [
        tag === 'e' ? unanswered('it cannot be examined (permission denied?)') : answer(found),
      ]
    }),
  // A link on the way can lead anywhere.
  dependsOn: () => [place('/')],
}

/** The paths that a pattern with `*`, `?` or `[…]` stands for; none is an answer, too. */
export const matches = (pattern: string) => probeOf(kind)(pattern)

/** Whether a path is a pattern. */
export const isPattern = (path: string): boolean => /[*?[]/.test(path)
