import { becomes, type Change } from '../../core/change.ts'
import { fieldsDiff } from '../../core/diff.ts'
import { path as place } from '../../core/probe.ts'
import { constant, lines, sh, type Words } from '../../core/shell.ts'
import { withUncertain } from '../../core/uncertain.ts'
import { directoryAppears, UNWRITTEN } from '../../probes/effects.ts'
import {
  filesUnknown,
  FOREIGN,
  gitEnvironment,
  workingCopy,
  type OwnCopy,
  type RemoteVersion,
} from '../../probes/git.ts'
import type { Identity } from '../../probes/identity.ts'
import { path, type PathInfo } from '../../probes/path.ts'
import { newDirectory } from '../file/directory.ts'

/** What is there, and what it is brought to. */
export interface Checkout {
  readonly want: {
    readonly repo: string
    readonly remote: string
    readonly force: boolean
    readonly version: string
    readonly depth: number | undefined
    readonly recursive: boolean
  }
  readonly ssh: readonly string[]
  readonly version: RemoteVersion
  readonly there: {
    readonly copy: OwnCopy | null
    readonly info: PathInfo | null
    readonly parent: PathInfo | null
    readonly who: Identity | null
  }
}

/** The change that makes, or brings, a working copy to a version. */
export const checkOut = (at: string, { want, ssh, version, there }: Checkout): Change => {
  const { copy, info } = there
  const isKnown = version.git === undefined
  const after: OwnCopy = {
    kind: 'own',
    head: version.commit,
    branch: version.branch,
    url: want.repo,
    modified: false,
  }
  const directory =
    info === null
      ? directoryAppears(at, newDirectory(there, NONE))
      : [becomes(path(at), withUncertain(info, ['mtime', 'ctime', 'size', 'hardLinks'], UNWRITTEN))]
  return {
    do: 'run',
    summary: `${copy === null ? 'clone' : 'update'} ${at} to ${isKnown ? version.commit.slice(0, 12) : want.version}`,
    diff: fieldsDiff(
      at,
      { commit: copy?.head ?? null, repository: copy?.url ?? null, ...stateOf(copy) },
      {
        commit: isKnown ? version.commit : want.version,
        repository: want.repo,
        ...(copy?.modified === true ? CLEAN : {}),
      },
    ),
    script: lines(sh`set -e`, gitEnvironment(ssh), ...steps(at, { want, version })),
    effects: [...directory, becomes(workingCopy(at, want.remote), after), filesUnknown(at)],
    scope: [place(at)],
  }
}

const CLEAN = { files: 'as committed' }

const stateOf = (copy: Checkout['there']['copy']): Record<string, string> =>
  copy?.modified === true ? { files: 'modified' } : {}

const NONE = { mode: undefined, owner: undefined, group: undefined }

const steps = (
  at: string,
  { want, version }: Pick<Checkout, 'want' | 'version'>,
): readonly Words[] => {
  const { remote, repo } = want
  const depth = want.depth === undefined ? [] : [`--depth=${want.depth}`]
  const heads = `+refs/heads/*:refs/remotes/${remote}/*`
  const commit = version.commit
  return [
    sh`mkdir -p -- ${at}`,
    sh`cd -- ${at}`,
    constant(FOREIGN),
    // Looked at again: what was seen while planning may have been put there since.
    sh`if foreign ${at}; then echo ${`${at} belongs to another account`} >&2; exit 1; fi`,
    sh`[ -e .git ] || git init -q`,
    sh`git config ${`remote.${remote}.url`} ${repo}`,
    sh`git config ${`remote.${remote}.fetch`} ${heads}`,
    sh`git fetch -q --force --tags ${depth} -- ${remote} ${heads}`,
    // A commit beyond the depth, or on no branch, is asked for by its id.
    sh`git cat-file -e ${`${commit}^{commit}`} 2>/dev/null || git fetch -q ${depth} -- ${remote} ${commit}`,
    ...(version.branch === ''
      ? [sh`git -c advice.detachedHead=false checkout -q --force --detach ${commit}`]
      : [
          sh`git checkout -q --force -B ${version.branch} ${commit}`,
          sh`git branch -q --set-upstream-to ${`${remote}/${version.branch}`}`,
        ]),
    sh`git reset -q --hard`,
    ...(want.recursive
      ? [sh`[ ! -e .gitmodules ] || git submodule --quiet update --init --recursive --force`]
      : []),
  ]
}
