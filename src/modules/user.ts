import { defineModule, type Known, type Result } from '../core/module.ts'
import type { Probe } from '../core/probe.ts'
import { withFields } from '../core/uncertain.ts'
import { userAccount, userGroup, type Account, type Group } from '../probes/account.ts'
import { path, type PathInfo } from '../probes/path.ts'
import { addUser, changeUser, removeUser, scopeOf } from './user/changes.ts'
import { checkUser, USER_PARAMS, type UserWant } from './user/params.ts'

type Questions = {
  readonly account: Probe<Account>
  readonly home: Probe<PathInfo> | undefined
  readonly [name: `group:${string}`]: Probe<Group>
}

export const user = defineModule({
  name: 'user',
  summary: 'Ensures that an account exists, or does not.',
  params: USER_PARAMS,
  check: checkUser,

  probes(want, known): Questions {
    const account = userAccount(want.name)
    const home = homeOf(want, known)
    return {
      account,
      home: home === '' ? undefined : path(home),
      ...Object.fromEntries(groupNames(want).map(name => [`group:${name}`, userGroup(name)])),
    }
  },

  plan(want, actual) {
    const { account: now, home } = actual
    if (want.state === 'absent') return now === null ? [] : [removeUser(want, now)]
    const groups = new Map(
      groupNames(want).map(name => [name, actual[`group:${name}`] ?? null] as const),
    )
    return now === null
      ? [addUser(want, { home, groups })]
      : changeUser(want, { now, home, groups })
  },

  reach: want => scopeOf(want.home ?? `/home/${want.name}`),

  result: ({ name, state, append, remove, force }, _before, { account }) =>
    account === null
      ? { name, state, remove, force }
      : (withFields<object>({ name, state, append }, registered(account)) as Result),
})

// What the host chooses is not read before somebody asks for it.
const registered = (account: Account): object => ({
  get uid() {
    return account.uid
  },
  get group() {
    return account.gid
  },
  get groups() {
    return account.groups.join(',')
  },
  get home() {
    return account.home
  },
  get shell() {
    return account.shell
  },
  get comment() {
    return account.comment
  },
})

const homeOf = (want: UserWant, known: Known): string => {
  if (want.home !== undefined) return want.home
  const now = known(userAccount(want.name))
  // Before the account is known too: there it will be, or is most likely, and is asked with it.
  return now?.home ?? `/home/${want.name}`
}

const groupNames = (want: UserWant): readonly string[] => {
  const named = [want.group ?? want.name, ...(want.groups ?? [])]
  return named.filter(name => name !== '' && !/^\d+$/.test(name))
}
