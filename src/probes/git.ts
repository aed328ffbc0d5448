import {
  absent,
  answer,
  inside,
  path as place,
  probeOf,
  unanswered,
  type Answer,
  type ProbeKind,
} from '../core/probe.ts'
import { constant, lines, sh } from '../core/shell.ts'
import { unaffected, type Effect } from '../core/change.ts'
import { Uncertain } from '../core/uncertain.ts'
import { inBatches, readFrames, type Frame } from './frame.ts'
import { path as pathInfo } from './path.ts'

/** A working copy that the account who asks may work in, or one that git refuses to work in. */
export type WorkingCopy = OwnCopy | ForeignCopy

/** A working copy of another account: git would run what its hooks and configuration say. */
export interface ForeignCopy {
  readonly kind: 'foreign'
  /** The other account's name, or its number where it has none. */
  readonly owner: string
}

/** A working copy of one's own. */
export interface OwnCopy {
  readonly kind: 'own'
  /** The commit that is checked out; empty in a repository without one. */
  readonly head: string
  /** The branch; empty for a commit alone. */
  readonly branch: string
  /** Where `origin` is. */
  readonly url: string
  /** Whether tracked files differ from the commit. */
  readonly modified: boolean
}

/** What a name stands for in a repository. */
export interface RemoteVersion {
  readonly commit: string
  /** The branch of that name; empty for a tag or a commit. */
  readonly branch: string
  /** There is no git to ask with, or (in a dry run) there will be, so that nobody knows the commit. */
  readonly git?: 'missing' | 'to come'
}

/** A version in a repository, and how ssh reaches it. */
export interface RemoteQuestion {
  readonly repo: string
  readonly version: string
  readonly remote: string
  /** Options of ssh. */
  readonly ssh: readonly string[]
}

const GIT = `
has_git() { command -v git >/dev/null 2>&1; }
`

/**
 * `foreign DIRECTORY` holds when git would run there what another account has written; `owner` is
 * that account then. Git itself decides, by the owner and by its safe.directory, where it knows of
 * that (since 2.35.2, and earlier with the distributions' patches). The ceiling keeps git from the
 * directories above where what is there is no repository.
 */
export const FOREIGN = `
foreign() {
  export GIT_CEILING_DIRECTORIES="\${1%/*}"
  me=$(id -u) owner=
  for p in "$1" "$1/.git"; do
    [ -e "$p" ] || continue
    [ "$(stat -c %u -- "$p")" = "$me" ] || { owner=$(stat -c %U -- "$p"); break; }
  done
  [ -n "$owner" ] || return 1
  [ "$owner" != UNKNOWN ] || owner=$(stat -c %u -- "$p")
  ! { git help --config | grep -qix safe.directory && git -C "$1" rev-parse --git-dir; } >/dev/null 2>&1
}
`

// A frame: n, f NUL owner NUL, or y NUL head NUL branch NUL url NUL, 1 when modified NUL.
const COPIES = `${GIT}${FOREIGN}
copies() {
  for q; do
    remote=\${q%%:*}; d=\${q#*:}
    if ! [ -e "$d/.git" ]; then printf 'n\\0'; continue; fi
    has_git || { echo "git is not installed on the host" >&2; exit 127; }
    if foreign "$d"; then printf 'f\\0%s\\0' "$owner"; continue; fi
    # Without its locks it does not write the index anew: a question changes nothing.
    changes=$(git --no-optional-locks -C "$d" status --porcelain --untracked-files=no) || exit 1
    printf 'y\\0%s\\0%s\\0%s\\0%s\\0' \\
      "$(git -C "$d" rev-parse -q --verify HEAD)" \\
      "$(git -C "$d" symbolic-ref -q --short HEAD)" \\
      "$(git -C "$d" config --get "remote.$remote.url")" \\
      "\${changes:+1}"
  done
}
`

const copies: ProbeKind<{ readonly path: string; readonly remote: string }, WorkingCopy> = {
  name: 'git',
  ask: questions =>
    inBatches(
      COPIES,
      'copies',
      questions.map(({ remote, path }) => `${remote}:${path}`),
    ),
  read: (output, questions) => readFrames(output, questions, frame => [readCopy(frame)]),
  dependsOn: ({ path }) => [place(path)],
}

const readCopy = (frame: Frame): Answer<WorkingCopy> => {
  const tag = frame.text()
  if (tag === 'n') return absent
  if (tag === 'f') return answer({ kind: 'foreign', owner: frame.text() })
  const [head, branch, url] = [frame.text(), frame.text(), frame.text()]
  return answer({ kind: 'own', head, branch, url, modified: frame.text() === '1' })
}

/** The working copy at a path without links; absent: there is none. */
export const workingCopy = (path: string, remote: string) => probeOf(copies)({ path, remote })

/** The variables that keep git from asking, and say how it uses ssh. */
export const gitEnvironment = (ssh: readonly string[]) =>
  lines(
    constant('export GIT_TERMINAL_PROMPT=0'),
    sh`export GIT_SSH_COMMAND=${['ssh', '-o', 'BatchMode=yes', ...ssh].join(' ')}`,
  )

const NO_GIT = 127

// A frame: git's exit code NUL, what it prints NUL.
const remotes: ProbeKind<RemoteQuestion, RemoteVersion> = {
  name: 'git remote',
  ask: questions =>
    lines(
      constant(GIT),
      ...questions.map(({ repo, version, ssh }) =>
        lines(
          gitEnvironment(ssh),
          sh`if has_git; then told=$(git ls-remote --symref -- ${repo} HEAD ${version} ${`${version}^{}`}); code=$?; else told= code=${NO_GIT}; fi`,
          constant(`printf '%s\\0%s\\0' $code "$told"`),
        ),
      ),
    ),
  read(output, questions) {
    let next = 0
    return readFrames(output, questions, frame => {
      const [code, told] = [frame.number(), frame.text()]
      const { repo = '', version = '' } = questions[next++] ?? {}
      if (code === 0) return [versionIn(told, version)]
      if (code === NO_GIT) return [answer({ commit: '', branch: '', git: 'missing' })]
      const said = output.stderr.toString('utf8').trim().slice(0, 500)
      return [unanswered(`${repo} does not answer: ${said}`)]
    })
  },
  dependsOn: () => [place('*')],
  crossesMachines: true,
  timeLimit: 120,
  follows: {
    from: () => [PROGRAM],
    answer: (_, today, known) =>
      today?.git === 'missing' && (known(PROGRAM) ?? null) !== null
        ? { ...today, git: 'to come' }
        : today,
  },
}

const PROGRAM = pathInfo('/usr/bin/git')

/** What a name stands for in a repository now; absent: it has no such branch or tag. */
export const remoteVersion = (question: RemoteQuestion) => probeOf(remotes)(question)

const versionIn = (told: string, version: string): Answer<RemoteVersion> => {
  const refs = new Map<string, string>()
  for (const line of told.split('\n')) {
    const [value, ref] = line.split('\t')
    if (value !== undefined && ref !== undefined)
      refs.set(value.startsWith('ref: ') ? `symbolic ${ref}` : ref, value)
  }
  if (version === 'HEAD') {
    const branch = refs.get('symbolic HEAD')?.replace(/^ref: refs\/heads\//, '') ?? ''
    const commit = refs.get('HEAD')
    return commit === undefined ? absent : answer({ commit, branch })
  }
  const head = refs.get(`refs/heads/${version}`)
  if (head !== undefined) return answer({ commit: head, branch: version })
  const tag = refs.get(`refs/tags/${version}^{}`) ?? refs.get(`refs/tags/${version}`)
  return tag === undefined ? absent : answer({ commit: tag, branch: '' })
}

const FILES = ['path', 'content', 'checksum', 'access', 'tree']

/** What is below a working copy after a checkout, only the repository knows. */
export const filesUnknown = (at: string): Effect => ({
  kind: 'rule',
  of: FILES,
  apply(probe) {
    const isBelow = probe.kind
      .dependsOn(probe.question)
      .some(({ name }) => inside(name, at) || (name === at && probe.kind.name === 'tree'))
    if (!isBelow) return unaffected
    throw new Uncertain('depends on what the repository holds')
  },
})
