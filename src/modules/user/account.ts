import { keep } from '../../core/secret.ts'
import { withFields, withUncertain } from '../../core/uncertain.ts'
import type { Account, Group, Shadow } from '../../probes/account.ts'
import type { UserWant } from './params.ts'

const DAY = 86_400

/** The last day of an account, in days since 1970; null for never, undefined for as it is. */
export const expiryOf = ({ expires }: UserWant): number | null | undefined =>
  expires === undefined ? undefined : expires < 0 ? null : Math.floor(expires / DAY)

/** A hash without the marks that lock it. */
const unlocked = (hash: string): string => hash.replace(/^!+(?=.)/, '')
export const isLocked = (hash: string): boolean => hash.startsWith('!')

/** The hash that the task wants, its lock included; undefined for as it is. */
const hashOf = (want: UserWant, shadow: Shadow | undefined): string | undefined => {
  const now = shadow?.hash.reveal()
  const fixed = now !== undefined && want.update_password === 'on_create'
  const wanted = fixed ? undefined : want.password?.reveal()
  if (want.password_lock === undefined)
    return wanted !== undefined && now !== undefined && unlocked(now) === wanted && isLocked(now)
      ? now
      : wanted
  const hash = wanted ?? now
  if (hash === undefined) return want.password_lock ? '!' : undefined
  if (want.password_lock) return isLocked(hash) ? hash : `!${hash}`
  return unlocked(hash)
}

/** The supplementary groups that the task wants, sorted; undefined for as they are. */
const groupsOf = (want: UserWant, now: readonly string[]): readonly string[] | undefined => {
  if (want.groups === undefined) return undefined
  const wanted = want.groups.filter(group => group !== '')
  return [...new Set(want.append ? [...now, ...wanted] : wanted)].sort()
}

const CHOSEN = 'the host chooses the numbers and the shell of a new account'

/** The account as it will be once it is added. */
export const addedAccount = (want: UserWant, primary: Group | null): Account => {
  const numbered = want.group !== undefined && /^\d+$/.test(want.group)
  const account: Account = {
    uid: want.uid ?? 0,
    gid: primary?.gid ?? (numbered ? Number(want.group) : 0),
    group: want.group ?? want.name,
    groups: groupsOf(want, []) ?? [],
    comment: want.comment ?? '',
    home: want.home ?? `/home/${want.name}`,
    shell: want.shell ?? '/bin/sh',
    shadow: { hash: keep(hashOf(want, undefined) ?? '!'), expires: expiryOf(want) ?? null },
  }
  const unknown: (keyof Account)[] = [
    ...(want.uid === undefined ? ['uid' as const] : []),
    ...(primary === null && !numbered ? ['gid' as const] : []),
    ...(numbered ? ['group' as const] : []),
    ...(want.shell === undefined ? ['shell' as const] : []),
  ]
  return unknown.length === 0 ? account : withUncertain(account, unknown, CHOSEN)
}

/** What of an existing account is to become different. */
export const alterations = (want: UserWant, now: Account): Partial<Account> => {
  const groups = groupsOf(want, now.groups)
  return {
    ...(want.uid !== undefined && want.uid !== now.uid ? { uid: want.uid } : {}),
    ...primaryGroup(want.group, now),
    ...(groups !== undefined && groups.join() !== now.groups.join() ? { groups } : {}),
    ...differing(want.comment, 'comment', now),
    ...differing(want.home, 'home', now),
    ...differing(want.shell, 'shell', now),
    ...shadowOf(want, now),
  }
}

const differing = (
  wanted: string | undefined,
  name: 'comment' | 'home' | 'shell',
  now: Account,
): Partial<Account> => (wanted === undefined || wanted === now[name] ? {} : { [name]: wanted })

const primaryGroup = (group: string | undefined, now: Account): Partial<Account> => {
  if (group === undefined) return {}
  if (/^\d+$/.test(group)) return Number(group) === now.gid ? {} : { gid: Number(group) }
  return group === now.group ? {} : { group }
}

const shadowOf = (want: UserWant, now: Account): Partial<Account> => {
  const hash = hashOf(want, now.shadow)
  const expires = expiryOf(want)
  const sameHash = hash === undefined || hash === now.shadow?.hash.reveal()
  const sameDay = expires === undefined || expires === now.shadow?.expires
  if (sameHash && sameDay) return {}
  const before = now.shadow ?? { hash: keep(''), expires: null }
  return {
    shadow: withFields(before, {
      ...(hash === undefined ? {} : { hash: keep(hash) }),
      ...(expires === undefined ? {} : { expires }),
    }),
  }
}
