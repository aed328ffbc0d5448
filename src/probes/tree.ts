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
import { Frame, inBatches, readFrames } from './frame.ts'
import { LOOK, STATS, TARGET } from './look.ts'
import { isNameless, parseStat, type PathInfo } from './path.ts'

/** Something below a directory. */
export interface TreeInfo extends PathInfo {
  /** Relative to the directory that was asked for. */
  readonly path: string
}

/** How far below a directory to look. */
export interface TreeQuestion {
  readonly root: string
  /** 1: what the directory itself holds; undefined: everything. */
  readonly depth: number | undefined
}

/*
 * find hands batches of paths to a second shell, which prints for each batch: a frame of how many,
 * their names NUL each, one stat line for each NUL, a target NUL for each link. What goes in
 * between is looked at one by one. Before it y, n or e NUL, after it 0 NUL and find's exit code NUL.
 */
const BATCH = `${STATS}${TARGET}
batch() {
  stats "$@" || return 1
  printf '%s\\0' $#
  printf '%s\\0' "$@"
  printf '%s\\0' "$stats"
  for p; do [ -L "$p" ] && target "$p"; done
  return 0
}
batch "$@" || for p; do [ -e "$p" ] || [ -L "$p" ] && batch "$p"; done
exit 0`

const LIBRARY = `${LOOK}
trees() { for q; do tree "\${q%%:*}" "\${q#*:}"; done; }
tree() {
  look "$2"
  [ $tag != y ] || [ -d "$2" ] || tag=n
  [ $tag != l ] || tag=n
  printf '%s\\0' $tag
  [ $tag = y ] || return 0
  set -- "$1" "\${2%/}/"
  case $1 in
  all) find "$2" -mindepth 1 -exec sh -c "$batch" sh {} + ;;
  *) find "$2" -mindepth 1 -maxdepth "$1" -exec sh -c "$batch" sh {} + ;;
  esac
  printf '0\\0%s\\0' $?
}
`

const kind: ProbeKind<TreeQuestion, readonly TreeInfo[]> = {
  name: 'tree',
  ask: questions =>
    inBatches(
      `batch='${BATCH.replaceAll("'", `'\\''`)}'\n${LIBRARY}`,
      'trees',
      questions.map(({ root, depth }) => `${depth ?? 'all'}:${root}`),
    ),
  read: (output, questions) => {
    let next = 0
    return readFrames(output, questions, frame => readTree(frame, questions[next++]?.root ?? ''))
  },
  dependsOn: ({ root }, found) => [
    place(root),
    ...(found?.some(isNameless) === true ? [account('*')] : []),
  ],
  timeLimit: 300,
}

/** Everything below a directory (a path without links), sorted; absent: there is no directory. */
export const tree = (root: string, depth?: number) => probeOf(kind)({ root, depth })

const readTree = (frame: Frame, root: string): readonly Answer<readonly TreeInfo[]>[] => {
  const tag = frame.text()
  if (tag === 'n') return [absent]
  if (tag === 'e') return [unanswered('it cannot be examined (permission denied?)')]
  const found: TreeInfo[] = []
  for (let count = frame.number(); count > 0; count = frame.number())
    found.push(...readBatch(frame, count, root))
  if (frame.number() !== 0) return [unanswered('not everything below it could be examined')]
  return [answer(found.sort((a, b) => (a.path < b.path ? -1 : 1)))]
}

const readBatch = (frame: Frame, count: number, root: string): TreeInfo[] => {
  const skip = root === '/' ? 1 : root.length + 1
  const paths = Array.from({ length: count }, () => frame.text().slice(skip))
  const infos = frame.lines().map(parseStat)
  return paths.map((path, i) => {
    const info = Frame.at(infos, i)
    return { ...info, path, target: info.kind === 'link' ? frame.text() : '' }
  })
}
