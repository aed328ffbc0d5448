import type { Change } from '../core/change.ts'
import { fieldsDiff } from '../core/diff.ts'
import { UserError } from '../core/error.ts'
import { defineModule, type Known } from '../core/module.ts'
import { path as place, type Probe } from '../core/probe.ts'
import { absolutePath, boolean, oneOf, optional, text, withDefault } from '../core/schema.ts'
import { account as accountName, line } from '../core/shapes.ts'
import { ifKnown } from '../core/uncertain.ts'
import { userAccount, type Account } from '../probes/account.ts'
import { directoryAppears } from '../probes/effects.ts'
import type { PathInfo } from '../probes/path.ts'
import { exactMode, newInfo, withAttributes } from './attributes.ts'
import { editKeys, keyOptions, readKey, type KeyLine } from './authorized_key/keys.ts'
import { ANY_FILE, destination, parentOf, type Destination } from './destination.ts'
import { makeWords } from './file/directory.ts'
import { guardOf } from './guard.ts'
import { NOWHERE, type PossibleDestination } from './nowhere.ts'
import { putFile } from './putfile.ts'
import { fromBytes } from './source.ts'

type Questions = PossibleDestination & { readonly account: Probe<Account> }

export const authorizedKey = defineModule({
  name: 'authorized_key',
  summary: 'Ensures that SSH keys may log in to an account, or may not.',
  params: {
    user: accountName('The account.'),
    key: text('One or several public keys, each on a line.'),
    state: withDefault(oneOf(['present', 'absent'], 'Whether the keys may log in.'), 'present'),
    exclusive: withDefault(boolean('No other key may.'), false),
    path: optional(absolutePath("The file, if it is not the account's ~/.ssh/authorized_keys.")),
    manage_dir: withDefault(boolean('Makes the directory of the file.'), true),
    key_options: optional(
      keyOptions('Options before each key, as in authorized_keys(5): one word, blanks in quotes.'),
    ),
    comment: optional(line('Remark behind each key.')),
    follow: withDefault(boolean('Follows a link at the end of the path.'), false),
  },

  check(want) {
    const bad = textLines(want.key ?? '').find(line => readKey(line) === undefined)
    return bad === undefined ? undefined : `this is no public key: ${bad.slice(0, 60)}`
  },

  async prepare(_want, { now }) {
    return Promise.resolve(now)
  },

  probes(want, known): Questions {
    const at = fileOf(want, known)
    const account = userAccount(want.user)
    if (at === undefined) return { account, ...NOWHERE }
    return { account, ...destination(at, known, { follow: want.follow, content: true }) }
  },

  reach(want, known) {
    const at = fileOf(want, known)
    return at === undefined ? ANY_FILE : [place(parentOf(at))]
  },

  plan(want, { account, ...there }) {
    if (account === null)
      throw new UserError('E_ACCOUNT_UNKNOWN', `there is no account ${want.user} on this host`, {
        hint: `make it first, with user: name=${want.user}`,
      })
    const before = there.content?.bytes?.toString('utf8') ?? ''
    const after = editKeys(before, { ...want, keys: keysOf(want) })
    if (after === before) return []
    const [changes, parent] = directoryOf(want, account, there)
    const next = fromBytes(after)
    const owned = { owner: want.user, group: groupOf(account), mode: there.info?.mode ?? '0600' }
    const writing = { ...owned, backup: false, validate: undefined, unsafe_writes: false }
    return [
      ...changes,
      ...putFile({ ...there, parent }, { now: want.prepared, next, want: writing }),
    ]
  },

  result: (want, _before, { resolved }) => ({
    user: want.user,
    key: want.key,
    state: want.state,
    exclusive: want.exclusive,
    keyfile: resolved?.physical ?? want.path ?? '',
  }),
})

interface KeyWant {
  readonly user: string
  readonly key: string
  readonly path: string | undefined
  readonly manage_dir: boolean
  readonly key_options: string | undefined
  readonly comment: string | undefined
}

const textLines = (key: string): string[] =>
  key.split('\n').filter(line => line.trim() !== '' && !line.trim().startsWith('#'))

const keysOf = (want: KeyWant): KeyLine[] =>
  textLines(want.key).flatMap(line => {
    const key = readKey(line)
    if (key === undefined) return []
    const { key_options: options = key.options, comment = key.comment } = want
    return [{ ...key, options, comment }]
  })

const fileOf = (want: KeyWant, known: Known): string | undefined => {
  if (want.path !== undefined) return want.path
  const account = known(userAccount(want.user))
  return account ? `${account.home}/.ssh/authorized_keys` : undefined
}

/** The account's primary group; of an account that is yet to be made only one of the two is known. */
const groupOf = (account: Account): string => ifKnown(() => account.group) ?? String(account.gid)

/** What makes the directory of the file, and the directory as it is then. */
const directoryOf = (
  want: KeyWant,
  account: Account,
  there: Destination,
): [readonly Change[], PathInfo | null] => {
  if (there.parent !== null || !want.manage_dir) return [[], there.parent]
  const at = parentOf(there.resolved?.physical ?? '')
  const owned = { mode: '0700', owner: want.user, group: groupOf(account) }
  const info = withAttributes(newInfo('directory', '0700', { who: null, parent: null }), owned)
  const make: Change = {
    do: 'run',
    summary: `make directory ${at}`,
    script: makeWords(at, { ...owned, mode: exactMode(owned.mode) }),
    effects: directoryAppears(at, info),
    scope: [place(at)],
    diff: fieldsDiff(
      at,
      { state: 'absent' },
      { state: 'directory', mode: '0700', owner: want.user },
    ),
    guard: guardOf(at),
  }
  return [[make], info]
}
