import { randomInt } from 'node:crypto'
import type { Change } from '../core/change.ts'
import { fieldsDiff } from '../core/diff.ts'
import { defineModule, type Prepared } from '../core/module.ts'
import { alias, anything, boolean, dictionary, oneOf } from '../core/schema.ts'
import { optional, secret, withDefault } from '../core/schema.ts'
import { line, path } from '../core/shapes.ts'
import { fed } from '../core/shell.ts'
import { mustRun, SOCKET, SQL_SCOPE, type Running } from '../probes/sql.ts'
import { LIMITS, NEW_ACCOUNT, sqlAccount, type SqlAccount } from '../probes/sqlaccount.ts'
import { accountBecomes } from '../probes/sqleffects.ts'
import { accountAfter, accountDiff, accountStatements } from './mysql/account.ts'
import { loginToSet } from './mysql/login.ts'
import { sqlWord } from './mysql/words.ts'
import { literal, runStatements, statements } from '../probes/sqlclient.ts'
import { grantStatements } from '../probes/sqlgrants.ts'
import { SALT_BYTES } from '../probes/sqlpassword.ts'

const params = {
  name: alias(line('Name of the account.'), 'user'),
  host: withDefault(line('Host, or pattern of hosts, that it connects from.'), 'localhost'),
  password: optional(
    secret('Password; hashed on the controller, so that no statement or log holds it.'),
  ),
  update_password: withDefault(
    oneOf(['always', 'on_create'], 'Whether an existing account gets the password, too.'),
    'always',
  ),
  plugin: optional(
    sqlWord('How it logs in: caching_sha2_password, mysql_native_password, unix_socket, …'),
  ),
  priv: optional(
    anything('`db.*:SELECT,INSERT/other.t:ALL`, or a dictionary; roles are left alone.'),
  ),
  append_privs: withDefault(boolean('Add to the privileges instead of setting them.'), false),
  tls_requires: optional(
    dictionary('`{SSL: }`, `{X509: }`, `{NONE: }`, or subject, issuer and cipher.'),
  ),
  resource_limits: optional(dictionary(`Limits: ${LIMITS.join(', ')}.`)),
  sql_log_bin: withDefault(boolean('Whether replicas get the change, too.'), true),
  state: withDefault(oneOf(['present', 'absent'], 'Whether the account exists.'), 'present'),
  login_unix_socket: withDefault(path("The server's socket."), SOCKET),
}

type Wanted = Prepared<typeof params, { readonly salt: Buffer }>

/**
 * An account is read from the server's tables; its password is verified by hashing the wanted one
 * with the stored salt on the controller. The server's own root account makes the changes, over
 * the socket.
 */
export const mysqlUser = defineModule({
  name: 'mysql_user',
  summary: 'Ensures that a database account exists with its password and privileges, or does not.',
  crossesMachines: true,
  params,
  touches: SQL_SCOPE,

  prepare: () => Promise.resolve({ salt: salt() }),

  probes: want => ({ account: sqlAccount(want.login_unix_socket, want.name, want.host) }),

  plan(want, actual): readonly Change[] {
    const server = mustRun(actual.account)
    const { found: have, engine } = server
    const account = `${literal(want.name)}@${literal(want.host)}`
    if (want.state === 'absent') {
      if (have === null) return []
      const gone = { server, after: null }
      const removal = change(want, `remove account ${label(want)}`, [`DROP USER ${account}`], gone)
      return [{ ...removal, diff: fieldsDiff(`account ${label(want)}`, PRESENT, ABSENT) }]
    }
    const login = want.update_password === 'always' || have === null ? want.password : undefined
    const set = loginToSet({ ...want, password: login, salt: want.prepared.salt }, have, engine)
    const after = accountAfter(want, have ?? NEW_ACCOUNT, set)
    const made = [
      ...accountStatements(account, { have, after, set, engine }),
      ...grantStatements(new Map(have?.grants), new Map(after.grants), account),
    ]
    if (made.length === 0) return []
    const verb = have === null ? 'add' : 'change'
    return [
      {
        ...change(want, `${verb} account ${label(want)}`, made, { server, after }),
        diff: accountDiff(label(want), have, after),
      },
    ]
  },
})

const PRESENT = { state: 'present' }
const ABSENT = { state: 'absent' }

const label = (want: Wanted): string => `${want.name}@${want.host}`

const SALT_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

const salt = (): Buffer =>
  Buffer.from(
    Array.from({ length: SALT_BYTES }, () =>
      SALT_ALPHABET.charCodeAt(randomInt(SALT_ALPHABET.length)),
    ),
  )

const change = (
  want: Wanted,
  summary: string,
  made: readonly string[],
  { server, after }: { server: Running<SqlAccount>; after: SqlAccount | null },
): Change => ({
  do: 'run',
  summary,
  script: fed(
    runStatements(want.login_unix_socket),
    statements(...(want.sql_log_bin ? [] : ['SET SESSION sql_log_bin = 0']), ...made),
  ),
  effects: accountBecomes(
    { socket: want.login_unix_socket, name: want.name, host: want.host },
    server,
    { after, isLogged: want.sql_log_bin },
  ),
  scope: SQL_SCOPE,
})
