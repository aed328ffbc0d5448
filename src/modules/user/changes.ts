import { becomes, uncertain, type Change, type Effect, type Scope } from '../../core/change.ts'
import { fieldsDiff, type FieldsDiff } from '../../core/diff.ts'
import { UserError } from '../../core/error.ts'
import { path as place } from '../../core/probe.ts'
import { fed, lines, sh, type Words } from '../../core/shell.ts'
import { withFields, withUncertain } from '../../core/uncertain.ts'
import {
  userAccount,
  userGroup,
  type Account,
  type Group,
  type Shadow,
} from '../../probes/account.ts'
import { directoryAppears, goes, numberGiven } from '../../probes/effects.ts'
import type { PathInfo } from '../../probes/path.ts'
import { newInfo } from '../attributes.ts'
import { makeWords } from '../file/directory.ts'
import { addedAccount, alterations, expiryOf, isLocked } from './account.ts'
import type { UserWant } from './params.ts'

/** The groups that the task names, by their name; null where there is none. */
export type Groups = ReadonlyMap<string, Group | null>

/** What is there when an account is changed. */
interface There {
  readonly now: Account
  /** Null when there is nothing. */
  readonly home: PathInfo | null
  readonly groups: Groups
}

const FILES = ['passwd', 'shadow', 'group', 'gshadow', 'subuid', 'subgid']

/** What a change to an account touches. */
export const scopeOf = (...homes: readonly string[]): Scope => [
  { realm: 'account', name: '*' },
  { realm: 'identity', name: '*' },
  ...FILES.map(file => place(`/etc/${file}`)),
  place('/var/mail'),
  ...homes.filter(home => home !== '').map(place),
]

const requireGroups = (want: UserWant, groups: Groups): void => {
  const wanted = [...(want.group === undefined ? [] : [want.group]), ...(want.groups ?? [])]
  const missing = wanted.find(name => name !== '' && groups.get(name) === null)
  if (missing === undefined) return
  throw new UserError('E_GROUP_UNKNOWN', `there is no group ${missing} on this host`, {
    hint: `make it first, with group: name=${missing}`,
  })
}

// Only a hash in its text: whoever lists processes sees the arguments of others.
const withPassword = (want: UserWant, words: Words, hash: string | undefined) =>
  hash === undefined
    ? words
    : fed(lines(sh`set -e`, words, sh`chpasswd -e`), `${want.name}:${hash}\n`)

/** Adds the account. */
export const addUser = (want: UserWant, { home, groups }: Omit<There, 'now'>): Change => {
  requireGroups(want, groups)
  const own = groups.get(want.name) ?? null
  const primary = want.group === undefined ? own : (groups.get(want.group) ?? null)
  const after = addedAccount(want, primary)
  const hash = after.shadow?.hash.reveal()
  const words = sh`useradd ${[
    ...(want.system ? ['-r'] : []),
    ...(want.create_home ? ['-m'] : ['-M']),
    ...(want.create_home && want.skeleton !== undefined ? ['-k', want.skeleton] : []),
    ...(want.uid === undefined ? [] : ['-u', String(want.uid)]),
    ...(want.non_unique ? ['-o'] : []),
    // A group of the account's name that exists already is taken as its own.
    ...(want.group !== undefined ? ['-g', want.group] : own === null ? [] : ['-g', want.name]),
    ...(after.groups.length === 0 ? [] : ['-G', after.groups.join(',')]),
    ...(want.comment === undefined ? [] : ['-c', want.comment]),
    ...(want.home === undefined ? [] : ['-d', want.home]),
    ...(want.shell === undefined ? [] : ['-s', want.shell]),
    ...expiryWords(want),
  ]} -- ${want.name}`
  return {
    do: 'run',
    summary: `add user ${want.name}`,
    diff: fieldsDiff(`user ${want.name}`, {}, { account: 'present', ...wantedShown(want) }),
    script: withPassword(want, words, hash === '!' ? undefined : hash),
    effects: [
      becomes(userAccount(want.name), after),
      ...(want.group === undefined && own === null
        ? [becomes(userGroup(want.name), newGroup()), ...numberGiven('group', want.name, undefined)]
        : []),
      ...numberGiven('owner', want.name, want.uid),
      ...(want.create_home && home === null ? homeAppears(after.home, want.name) : []),
    ],
    scope: scopeOf(after.home),
  }
}

const wantedShown = (want: UserWant): Record<string, string> =>
  Object.fromEntries(
    (['uid', 'group', 'groups', 'comment', 'home', 'shell'] as const).flatMap(name =>
      want[name] === undefined ? [] : [[name, String(want[name])]],
    ),
  )

const newGroup = (): Group =>
  withUncertain<Group>(
    { gid: 0, members: [] },
    ['gid'],
    'the host chooses the number of a new group',
  )

const homeAppears = (home: string, owner: string): readonly Effect[] => {
  const made = withFields(newInfo('directory', '0755', { who: null, parent: null }), { owner })
  const reason = "a new home follows the host's settings for new accounts"
  return directoryAppears(home, withUncertain(made, ['mode', 'uid', 'gid', 'group'], reason))
}

/** Makes an existing account as the task wants it. */
export const changeUser = (want: UserWant, { now, home, groups }: There): readonly Change[] => {
  requireGroups(want, groups)
  if (
    now.shadow === undefined &&
    (want.password ?? want.password_lock ?? want.expires) !== undefined
  )
    throw new UserError('E_SHADOW', `the password of ${want.name} cannot be read`, {
      hint: 'add "become: true"',
    })
  const different = alterations(want, now)
  const changes = Object.keys(different).length > 0 ? [modify(want, now, different)] : []
  const at = want.home ?? now.home
  const moved = different.home !== undefined && want.move_home
  const missing = want.create_home && home === null && at !== '' && !moved
  return missing ? [...changes, makeHome(want, at)] : changes
}

const modify = (want: UserWant, now: Account, different: Partial<Account>): Change => {
  const after = withFields(now, different)
  const hash = different.shadow?.hash.reveal()
  const newHash = hash === now.shadow?.hash.reveal() ? undefined : hash
  const expires = different.shadow?.expires !== now.shadow?.expires
  const words = [
    ...(different.uid === undefined ? [] : ['-u', String(different.uid)]),
    ...(want.non_unique && different.uid !== undefined ? ['-o'] : []),
    ...((different.group ?? different.gid === undefined) ? [] : ['-g', want.group ?? '']),
    ...(different.groups === undefined ? [] : ['-G', different.groups.join(',')]),
    ...(different.comment === undefined ? [] : ['-c', different.comment]),
    ...(different.home === undefined ? [] : ['-d', different.home]),
    ...(different.home !== undefined && want.move_home ? ['-m'] : []),
    ...(different.shell === undefined ? [] : ['-s', different.shell]),
    ...(different.shadow !== undefined && expires ? expiryWords(want) : []),
  ]
  const diff = difference(want.name, now, different)
  const usermod = words.length > 0 ? sh`usermod ${words} -- ${want.name}` : sh`:`
  return {
    do: 'run',
    summary: `change user ${want.name}: ${diff.fields.map(({ name }) => name).join(', ')}`,
    diff,
    script: withPassword(want, usermod, newHash),
    effects: [
      becomes(userAccount(want.name), after),
      ...(words.includes('-m') ? [...goes(now.home), ...homeAppears(after.home, want.name)] : []),
    ],
    scope: scopeOf(now.home, after.home),
  }
}

const AS_IT_COMES = { owner: undefined, group: undefined, mode: undefined }

// A name with a colon behind it stands for the account's primary group.
const makeHome = (want: UserWant, home: string): Change => ({
  do: 'run',
  summary: `make ${home}`,
  script: lines(
    makeWords(home, AS_IT_COMES),
    sh`cp -a -- ${want.skeleton ?? '/etc/skel'}/. ./ && chown -Rh -- ${`${want.name}:`} .`,
  ),
  effects: homeAppears(home, want.name),
  scope: scopeOf(home),
  diff: fieldsDiff(home, { state: 'absent' }, { state: 'directory', owner: want.name }),
})

/** Removes the account. */
export const removeUser = (want: UserWant, now: Account): Change => ({
  do: 'run',
  summary: `remove user ${want.name}${want.remove ? ' with its home directory' : ''}`,
  diff: {
    kind: 'fields',
    of: `user ${want.name}`,
    fields: [{ name: 'account', before: 'present', after: null }],
  },
  script: sh`userdel ${[...(want.force ? ['-f'] : []), ...(want.remove ? ['-r'] : [])]} -- ${want.name}`,
  effects: [
    becomes(userAccount(want.name), null),
    // userdel takes the group of the same name along where nobody else is in it.
    uncertain(userGroup(want.name), `depends on who else was in the group ${want.name}`),
    ...(want.remove ? goes(now.home) : []),
  ],
  scope: scopeOf(now.home),
})

const expiryWords = (want: UserWant): string[] => {
  const day = expiryOf(want)
  if (day === undefined) return []
  return ['-e', day === null ? '' : dayText(day)]
}

const DAY = 86_400_000

/** What becomes different, as a diff shows it; no hash. */
const difference = (name: string, now: Account, different: Partial<Account>): FieldsDiff => {
  const { shadow, ...plain } = different
  const fields = Object.keys(plain) as Exclude<keyof Account, 'shadow'>[]
  const shown = (of: Partial<Account>): Record<string, string> =>
    Object.fromEntries(fields.map(field => [field, String(of[field])]))
  const newHash = shadow !== undefined && shadow.hash.reveal() !== now.shadow?.hash.reveal()
  const expiry = (of: Shadow | undefined): Record<string, string> =>
    shadow === undefined ? {} : { expires: dayText(of?.expires ?? null) }
  return fieldsDiff(
    `user ${name}`,
    {
      ...shown(now),
      ...(newHash ? { password: lockText(now.shadow) } : {}),
      ...expiry(now.shadow),
    },
    {
      ...shown(different),
      ...(newHash ? { password: `${lockText(shadow)}, as wanted` } : {}),
      ...expiry(shadow),
    },
  )
}

const lockText = (shadow: Shadow | undefined): string =>
  isLocked(shadow?.hash.reveal() ?? '!') ? 'locked' : 'open'

const dayText = (day: number | null): string =>
  day === null ? 'never' : new Date(day * DAY).toISOString().slice(0, 10)
