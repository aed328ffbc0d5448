import { unaffected, type Effect } from '../../core/change.ts'
import { keep } from '../../core/secret.ts'
import { Uncertain, withUncertain } from '../../core/uncertain.ts'
import type { Account, Group } from '../account.ts'
import { HOLE, type Happening, type NewAccount } from '../maintainer/happening.ts'
import type { Entry } from './entries.ts'

interface Added extends NewAccount {
  readonly certain: boolean
  readonly by: string
}

/** Accounts and groups that a transaction adds. */
export class BroughtAccounts {
  readonly #accounts = new Map<string, Added>()
  readonly #groups = new Map<string, { readonly certain: boolean; readonly by: string }>()
  readonly #members: { readonly account: string; readonly group: string }[] = []

  /** `declares` tells whether systemd reads sysusers.d without being told so by a script. */
  constructor(
    happenings: readonly Happening[],
    entries: ReadonlyMap<string, Entry>,
    declares: boolean,
  ) {
    for (const deed of happenings) this.#note(deed)
    const told = happenings.some(({ what }) => what === 'sysusers')
    for (const [at, { content }] of entries)
      if (/\/sysusers\.d\/[^/]+\.conf$/.test(at))
        for (const deed of declared(content?.bytes?.toString('utf8') ?? '', at, declares || told))
          this.#note(deed)
  }

  #note(deed: Happening): void {
    const { certain, by } = deed
    if (deed.what === 'account' && this.#accounts.get(deed.account.name)?.certain !== true)
      this.#accounts.set(deed.account.name, { ...deed.account, certain, by })
    if (deed.what === 'group' && this.#groups.get(deed.name)?.certain !== true)
      this.#groups.set(deed.name, { certain, by })
    if (deed.what === 'member') this.#members.push(deed)
  }

  get changesAny(): boolean {
    return this.#accounts.size + this.#groups.size + this.#members.length > 0
  }

  /** Whether anything is said of an account or group of that name. */
  concerns(name: string): boolean {
    return (
      this.#accounts.has(name) ||
      this.#groups.has(name) ||
      this.#members.some(({ account, group }) => [account, group].includes(name))
    )
  }

  account(name: string, now: Account | null): Account | null {
    const added = this.#accounts.get(name)
    const joins = this.#members.some(({ account }) => account === name)
    if (now !== null) return joins ? withUncertain(now, ['groups'], ADDED) : now
    if (added === undefined) return null
    if (!added.certain) throw new Uncertain(`the script ${added.by} may add it`)
    return newAccount(added, joins)
  }

  group(name: string, now: Group | null): Group | null {
    const added = this.#groups.get(name)
    const gains = this.#members.some(({ group }) => group === name || group === HOLE)
    if (now !== null) return gains ? withUncertain(now, ['members'], ADDED) : now
    if (added === undefined) return null
    if (!added.certain) throw new Uncertain(`the script ${added.by} may add it`)
    return withUncertain({ gid: 0, members: [] }, gains ? ['gid', 'members'] : ['gid'], ADDED)
  }
}

const ADDED = "depends on what the packages' scripts do"

const newAccount = (added: NewAccount, joins: boolean): Account => {
  const { group, home, shell, comment } = added
  const account: Account = {
    uid: 0,
    gid: 0,
    group: group ?? '',
    groups: [],
    comment: comment ?? '',
    home: home ?? '',
    shell: shell ?? '',
    shadow: { hash: keep('!'), expires: null },
  }
  return withUncertain(
    account,
    [
      'uid',
      'gid',
      'shadow',
      ...(joins ? (['groups'] as const) : []),
      ...(['group', 'home', 'shell', 'comment'] as const).filter(
        field => added[field] === undefined,
      ),
    ],
    ADDED,
  )
}

/** The lines of a file of sysusers.d (sysusers.d(5)). */
const declared = function* (text: string, by: string, certain: boolean): Generator<Happening> {
  for (const line of text.split('\n')) {
    const [type, name = '', id = '-', comment, home, shell] = wordsIn(line)
    if (type === undefined || name === '' || name.includes('%')) continue
    const given = (word: string | undefined, otherwise: string): string | undefined =>
      word === undefined || word === '-' ? otherwise : word.includes('%') ? undefined : word
    if (/^u!?$/.test(type)) {
      const group = /^[^:]*:(\D.*)$/.exec(id)?.[1]
      const account = {
        name,
        group: group ?? (id.includes(':') ? undefined : name),
        home: given(home, '/'),
        shell: shell === undefined || shell === '-' ? undefined : shell,
        comment: given(comment, ''),
        makesHome: false,
      }
      yield { what: 'account', account, certain, by }
      if (!id.includes(':')) yield { what: 'group', name, certain, by }
    } else if (type === 'g') yield { what: 'group', name, certain, by }
    else if (type === 'm') yield { what: 'member', account: name, group: id, certain, by }
  }
}

const WORD = /"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g

const wordsIn = (line: string): string[] =>
  /^\s*(?:#|$)/.test(line)
    ? []
    : [...line.matchAll(WORD)].map(([, double, single, bare]) => double ?? single ?? bare ?? '')

/** The effect on questions about accounts and groups. */
export const accountsEffect = (accounts: BroughtAccounts): Effect => ({
  kind: 'rule',
  apply(probe, before) {
    if (!accounts.changesAny) return unaffected
    switch (probe.kind.name) {
      case 'account':
        return accounts.account(String(probe.question), before() as Account | null)
      case 'group':
        return accounts.group(String(probe.question), before() as Group | null)
      case 'getent':
        return entry(probe.question as Entries, accounts)
      default:
        return unaffected
    }
  },
})

interface Entries {
  readonly database: string
  readonly key: string | undefined
}

const entry = ({ database, key }: Entries, accounts: BroughtAccounts): typeof unaffected => {
  const isAccounts = ['passwd', 'group', 'shadow', 'gshadow', 'initgroups'].includes(database)
  if (isAccounts && (key === undefined || accounts.concerns(key))) throw new Uncertain(ADDED)
  return unaffected
}
