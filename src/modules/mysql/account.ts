import { fieldsDiff, type FieldsDiff } from '../../core/diff.ts'
import { UserError } from '../../core/error.ts'
import type { Engine } from '../../probes/sql.ts'
import { LIMITS, NEW_ACCOUNT, type SqlAccount, type TlsDemand } from '../../probes/sqlaccount.ts'
import { literal } from '../../probes/sqlclient.ts'
import { joined, wantedGrants, type Grants } from '../../probes/sqlgrants.ts'
import { identified, type Login } from './login.ts'

/** What a task says of an account besides its login. */
export interface AccountWant {
  readonly priv: unknown
  readonly append_privs: boolean
  readonly tls_requires: Readonly<Record<string, unknown>> | undefined
  readonly resource_limits: Readonly<Record<string, unknown>> | undefined
}

/** The account as the task wants it. */
export const accountAfter = (
  want: AccountWant,
  have: SqlAccount,
  set: Login | undefined,
): SqlAccount => {
  const grants: Grants = new Map(have.grants)
  const wanted = want.priv === undefined ? undefined : wantedGrants(want.priv)
  return {
    plugin: set?.plugin ?? have.plugin,
    authentication: set?.authentication.toString('hex') ?? have.authentication,
    alternatives: set === undefined && have.alternatives,
    tls: want.tls_requires === undefined ? have.tls : wantedTls(want.tls_requires),
    limits: wantedLimits(have.limits, want.resource_limits ?? {}),
    grants: [
      ...(wanted === undefined ? grants : want.append_privs ? joined(grants, wanted) : wanted),
    ],
  }
}

/** From what to what an account goes. */
export interface Step {
  readonly have: SqlAccount | null
  readonly after: SqlAccount
  readonly set: Login | undefined
  readonly engine: Engine
}

/** CREATE USER or ALTER USER with what differs. */
export const accountStatements = (
  account: string,
  { have, after, set, engine }: Step,
): readonly string[] => {
  const before = have ?? NEW_ACCOUNT
  const clauses = [
    set === undefined ? '' : identified(set, engine),
    same(before.tls, after.tls) ? '' : required(after.tls),
    same(before.limits, after.limits) ? '' : limited(after.limits),
  ].join('')
  if (have === null) return [`CREATE USER ${account}${clauses}`]
  return clauses === '' ? [] : [`ALTER USER ${account}${clauses}`]
}

const same = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

/** What a person wants to see of an account; of its password, no more than that it changes. */
export const accountDiff = (
  label: string,
  have: SqlAccount | null,
  after: SqlAccount,
): FieldsDiff =>
  fieldsDiff(`account ${label}`, have === null ? {} : shown(have), {
    ...(have === null ? {} : nothing(shown(have))),
    ...shown(after),
    ...(have?.authentication === after.authentication ? {} : { password: '(set)' }),
  })

const shown = (account: SqlAccount): Record<string, string | null> => ({
  plugin: account.plugin,
  tls: tlsShown(account.tls),
  ...limitsShown(account.limits),
  ...Object.fromEntries(
    account.grants.map(([object, { privileges, grantOption }]) => [
      `on ${object}`,
      [...privileges, ...(grantOption ? ['GRANT OPTION'] : [])].join(', '),
    ]),
  ),
})

const tlsShown = ({ type, subject, issuer, cipher }: TlsDemand): string =>
  [type, ...[subject, issuer, cipher].filter(part => part !== '')].join(' ')

const limitsShown = (limits: SqlAccount['limits']): Record<string, string> =>
  Object.fromEntries(
    LIMITS.filter(name => limits[name] !== 0).map(name => [name, String(limits[name])]),
  )

/** The same names without values: a grant that is no more is shown, too. */
const nothing = (fields: Record<string, string | null>): Record<string, null> =>
  Object.fromEntries(Object.keys(fields).map(name => [name, null]))

/** Reads Ansible's `tls_requires`: `{SSL: }`, `{X509: }`, `{NONE: }` or a certificate's fields. */
const wantedTls = (requires: Readonly<Record<string, unknown>>): TlsDemand => {
  const fields = new Map(Object.entries(requires).map(([key, value]) => [key.toUpperCase(), value]))
  const known = ['SSL', 'X509', 'NONE', 'SUBJECT', 'ISSUER', 'CIPHER']
  const unknown = [...fields.keys()].find(key => !known.includes(key))
  if (unknown !== undefined)
    throw new UserError('E_SQL_TLS', `mysql_user: tls_requires: unknown key "${unknown}"`, {
      hint: `the keys are ${known.join(', ')}`,
    })
  const field = (name: string): string => {
    const value = fields.get(name)
    return typeof value === 'string' ? value : ''
  }
  const certificate = {
    subject: field('SUBJECT'),
    issuer: field('ISSUER'),
    cipher: field('CIPHER'),
  }
  if (Object.values(certificate).some(value => value !== ''))
    return { type: 'SPECIFIED', ...certificate }
  const type = fields.has('X509') ? 'X509' : fields.has('SSL') ? 'SSL' : 'NONE'
  return { type, ...certificate }
}

/** The REQUIRE clause. */
const required = (tls: TlsDemand): string => {
  if (tls.type !== 'SPECIFIED') return ` REQUIRE ${tls.type}`
  const parts = (['subject', 'issuer', 'cipher'] as const)
    .filter(name => tls[name] !== '')
    .map(name => `${name.toUpperCase()} ${literal(tls[name])}`)
  return ` REQUIRE ${parts.join(' AND ')}`
}

/** The account's limits with those that the task names. */
const wantedLimits = (
  have: SqlAccount['limits'],
  named: Readonly<Record<string, unknown>>,
): SqlAccount['limits'] => {
  const known: readonly string[] = LIMITS
  const wanted = Object.entries(named).map(
    ([name, value]) => [name.toUpperCase(), Number(value)] as const,
  )
  const wrong = wanted.find(([name, value]) => !known.includes(name) || !Number.isInteger(value))
  if (wrong !== undefined)
    throw new UserError('E_SQL_LIMIT', `mysql_user: resource_limits: "${wrong[0]}" is no limit`, {
      hint: `the limits are ${LIMITS.join(', ')}, each a whole number`,
    })
  return { ...have, ...Object.fromEntries(wanted) }
}

/** The WITH clause of limits. */
const limited = (limits: SqlAccount['limits']): string =>
  ` WITH ${LIMITS.map(name => `${name} ${limits[name]}`).join(' ')}`
