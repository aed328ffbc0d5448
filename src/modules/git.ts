import { UserError } from '../core/error.ts'
import { defineModule } from '../core/module.ts'
import {
  absolutePath,
  alias,
  boolean,
  integer,
  optional,
  text,
  withDefault,
} from '../core/schema.ts'
import { identity } from '../probes/identity.ts'
import { path } from '../probes/path.ts'
import {
  remoteVersion,
  workingCopy,
  type RemoteQuestion,
  type RemoteVersion,
} from '../probes/git.ts'
import { resolve } from '../probes/resolve.ts'
import { Uncertain } from '../core/uncertain.ts'
import { tree } from '../probes/tree.ts'
import { ANY_FILE, filesReach, parentOf, whereabouts } from './destination.ts'
import { checkOut } from './git/checkout.ts'
import { lazily } from './result.ts'

const COMMIT = /^[0-9a-f]{40}$/

export const git = defineModule({
  name: 'git',
  summary: 'Ensures that a version of a Git repository is checked out.',
  params: {
    repo: alias(text('Where the repository is.'), 'name'),
    dest: absolutePath('The working copy.'),
    version: withDefault(text('A branch, a tag or a whole commit id.'), 'HEAD'),
    remote: withDefault(text('What the repository is called in the working copy.'), 'origin'),
    clone: withDefault(boolean('A working copy that is missing is made.'), true),
    update: withDefault(boolean('A working copy that is there is brought to the version.'), true),
    force: withDefault(boolean('Local modifications are thrown away.'), false),
    depth: optional(integer('Only so many commits of the history.')),
    recursive: withDefault(boolean('Submodules are checked out, too.'), true),
    key_file: optional(text('A private key on the host for ssh.')),
    ssh_opts: optional(text('Options of ssh.')),
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
    const { resolved, info, copy, version: found } = actual
    const at = resolved?.physical ?? ''
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
    const isThere = copy?.head === version.commit && copy.url === want.repo
    if (isThere && !(copy.modified && want.force)) return []
    if (copy?.modified === true && !want.force)
      throw new UserError('E_LOCAL_CHANGES', `${at} has local modifications`, {
        hint: 'commit them, or throw them away with force: true',
      })
    return [checkOut(at, { want, ssh: sshOf(want), version, there: actual })]
  },

  result: (want, before, after) =>
    lazily({
      before: () => before.copy?.head ?? null,
      after: () => (after.version?.git === 'to come' ? notFetched() : (after.copy?.head ?? null)),
      remote_url_changed: () => before.copy !== null && before.copy.url !== want.repo,
    }),
})

const notFetched = (): never => {
  throw new Uncertain('git is yet to be installed')
}

interface Reach {
  readonly key_file: string | undefined
  readonly ssh_opts: string | undefined
  readonly accept_hostkey: boolean
  readonly accept_newhostkey: boolean
}

const sshOf = (want: Reach): readonly string[] => [
  ...(want.key_file === undefined ? [] : ['-i', want.key_file, '-o', 'IdentitiesOnly=yes']),
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
