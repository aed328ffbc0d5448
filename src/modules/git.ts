import { UserError } from '../core/error.ts'
import { defineModule } from '../core/module.ts'
import { absolutePath, alias, boolean, integer, optional, withDefault } from '../core/schema.ts'
import { line, shapeOf } from '../core/shapes.ts'
import { quote } from '../core/shell.ts'
import { identity, type Identity } from '../probes/identity.ts'
import { path, type PathInfo } from '../probes/path.ts'
import {
  remoteVersion,
  workingCopy,
  type OwnCopy,
  type RemoteQuestion,
  type RemoteVersion,
  type WorkingCopy,
} from '../probes/git.ts'
import { resolve } from '../probes/resolve.ts'
import { Uncertain } from '../core/uncertain.ts'
import { tree } from '../probes/tree.ts'
import { ANY_FILE, filesReach, parentOf, whereabouts } from './destination.ts'
import { checkOut } from './git/checkout.ts'
import { lazily } from './result.ts'

const COMMIT = /^[0-9a-f]{40}$/

// `helper::address` has git run git-remote-helper: `ext::` is a command line.
const repository = shapeOf(
  String.raw`^(?!-)(?![A-Za-z0-9+.-]*::)[^\0\n\r]+$`,
  'the address of a repository, without an option and without a remote helper such as "ext::"',
)
const versionName = shapeOf(
  String.raw`^(?!-)[^\s\0~^:?*[\\]+$`,
  'the name of a branch or a tag, or a commit id',
)
const remoteName = shapeOf(
  String.raw`^\w[\w./-]*$`,
  'the name of a remote: letters, digits, "_", ".", "/" and "-"',
)

export const git = defineModule({
  name: 'git',
  summary: 'Ensures that a version of a Git repository is checked out.',
  crossesMachines: true,
  params: {
    repo: alias(repository('Where the repository is; no remote helper such as `ext::`.'), 'name'),
    dest: absolutePath(
      "The working copy. One of another account's is refused, as git does: its hooks and configuration would run.",
    ),
    version: withDefault(versionName('A branch, a tag or a whole commit id.'), 'HEAD'),
    remote: withDefault(remoteName('What the repository is called in the working copy.'), 'origin'),
    clone: withDefault(boolean('A working copy that is missing is made.'), true),
    update: withDefault(boolean('A working copy that is there is brought to the version.'), true),
    force: withDefault(boolean('Local modifications are thrown away.'), false),
    depth: optional(integer('Only so many commits of the history.')),
    recursive: withDefault(boolean('Submodules are checked out, too.'), true),
    key_file: optional(line('A private key on the host for ssh.')),
    ssh_opts: optional(line('Options of ssh.')),
    accept_hostkey: withDefault(boolean('Any host key is accepted.'), false),
    accept_newhostkey: withDefault(
      boolean('A host key seen for the first time is accepted.'),
      false,
    ),
  },
  touches: ANY_FILE,

  probes(want, known) {
    const resolved = resolve(want.dest)
    const at = whereabouts(want.dest, resolved, known)
    const asks = !COMMIT.test(want.version)
    return {
      resolved,
      info: at === undefined ? undefined : path(at),
      parent: at === undefined ? undefined : path(parentOf(at)),
      who: identity(),
      below: at === undefined ? undefined : tree(at, 1),
      copy: at === undefined ? undefined : workingCopy(at, want.remote),
      version: asks ? remoteVersion(remoteOf(want)) : undefined,
    }
  },

  reach: (want, known) => filesReach(want.dest, known),

  plan(want, actual) {
    const { resolved, info, who, version: found } = actual
    const at = resolved?.physical ?? ''
    const copy = ownCopy(at, actual.copy)
    if (copy === null ? !want.clone : !want.update) return []
    const version: RemoteVersion | null = COMMIT.test(want.version)
      ? { commit: want.version, branch: '' }
      : found
    if (version === null)
      throw new UserError('E_ABSENT', `${want.repo} has no branch and no tag ${want.version}`)
    if (version.git === 'missing')
      throw new UserError('E_ABSENT', 'git is not installed on the host', {
        hint: 'install the package git first',
      })
    if (copy === null && (actual.below ?? []).length > 0)
      throw new UserError('E_EXISTS', `${at} exists, is not empty and is no working copy`)
    if (info !== null && info.kind !== 'directory')
      throw new UserError('E_NOT_A_DIRECTORY', `${at} exists and is no directory`)
    if (copy === null && info !== null && !isOwn(info, who)) throw foreign(at, info.owner)
    const isThere = copy?.head === version.commit && copy.url === want.repo
    if (isThere && !(copy.modified && want.force)) return []
    if (copy?.modified === true && !want.force)
      throw new UserError('E_LOCAL_CHANGES', `${at} has local modifications`, {
        hint: 'commit them, or throw them away with force: true',
      })
    return [checkOut(at, { want, ssh: sshOf(want), version, there: { ...actual, copy } })]
  },

  result: (want, before, after) =>
    lazily({
      before: () => headOf(before.copy),
      after: () => (after.version?.git === 'to come' ? notFetched() : headOf(after.copy)),
      remote_url_changed: () => before.copy?.kind === 'own' && before.copy.url !== want.repo,
    }),
})

const notFetched = (): never => {
  throw new Uncertain('git is yet to be installed')
}

const headOf = (copy: WorkingCopy | null): string | null =>
  copy?.kind === 'own' ? copy.head : null

const ownCopy = (at: string, copy: WorkingCopy | null): OwnCopy | null => {
  if (copy?.kind === 'foreign') throw foreign(at, copy.owner)
  return copy
}

const isOwn = (info: PathInfo, who: Identity | null): boolean =>
  info.owner === who?.user || info.uid === who?.uid

const foreign = (at: string, owner: string): UserError =>
  new UserError('E_OWNER', `${at} belongs to ${owner}: git would run its hooks and configuration`, {
    hint: `work as its owner, with "become_user: ${owner}", or give it to the account that works there`,
  })

interface Reach {
  readonly key_file: string | undefined
  readonly ssh_opts: string | undefined
  readonly accept_hostkey: boolean
  readonly accept_newhostkey: boolean
}

const sshOf = (want: Reach): readonly string[] => [
  ...(want.key_file === undefined ? [] : ['-i', quote(want.key_file), '-o', 'IdentitiesOnly=yes']),
  ...(want.accept_hostkey ? ['-o', 'StrictHostKeyChecking=no'] : []),
  ...(want.accept_newhostkey ? ['-o', 'StrictHostKeyChecking=accept-new'] : []),
  ...(want.ssh_opts === undefined ? [] : [want.ssh_opts]),
]

const remoteOf = (
  want: Reach & { readonly repo: string; readonly version: string; readonly remote: string },
): RemoteQuestion => {
  const { repo, version, remote } = want
  return { repo, version, remote, ssh: sshOf(want) }
}
