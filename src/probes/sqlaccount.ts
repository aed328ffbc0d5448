import { probeOf, type Probe } from '../core/probe.ts'
import { readGrants, type Grant } from './sqlgrants.ts'
import { literal } from './sqlclient.ts'
import {
  rowsOf,
  sqlKind,
  SqlRefused,
  type Engine,
  type Reply,
  type Server,
  type SqlQuestion,
} from './sql.ts'
import { onlyItKnows, SYSTEM_ACCOUNTS } from './sqlfresh.ts'
import { replication } from './sqlreplica.ts'
import type { Row } from './sqlxml.ts'

/** What an account's connections must be: the server's own words and the certificate's fields. */
export interface TlsDemand {
  readonly type: 'NONE' | 'SSL' | 'X509' | 'SPECIFIED'
  readonly subject: string
  readonly issuer: string
  readonly cipher: string
}

/** The server's limits per hour and for connections at once; 0 is none. */
export const LIMITS = [
  'MAX_QUERIES_PER_HOUR',
  'MAX_UPDATES_PER_HOUR',
  'MAX_CONNECTIONS_PER_HOUR',
  'MAX_USER_CONNECTIONS',
] as const

/** A database account. */
export interface SqlAccount {
  readonly plugin: string
  /** What the plugin keeps of the password, in hexadecimal digits. */
  readonly authentication: string
  /** MariaDB: other ways to log in besides the plugin. */
  readonly alternatives: boolean
  readonly tls: TlsDemand
  readonly limits: Readonly<Record<(typeof LIMITS)[number], number>>
  /** As entries, so that the answer is plain data. */
  readonly grants: readonly (readonly [string, Grant])[]
}

interface AccountQuestion extends SqlQuestion {
  readonly name: string
  readonly host: string
}

const kind = sqlKind<AccountQuestion, SqlAccount>({
  name: 'sql account',
  statements: ({ name, host }) => [
    `SELECT plugin, HEX(authentication_string) AS authentication, ssl_type AS tls,
       HEX(x509_subject) AS subject, HEX(x509_issuer) AS issuer, HEX(ssl_cipher) AS cipher,
       max_questions AS MAX_QUERIES_PER_HOUR, max_updates AS MAX_UPDATES_PER_HOUR,
       max_connections AS MAX_CONNECTIONS_PER_HOUR, max_user_connections AS MAX_USER_CONNECTIONS,
       /*!80000 0 */ /*M!100400 (SELECT JSON_LENGTH(Priv, '$.auth_or') > 1
         FROM mysql.global_priv AS p WHERE p.User = u.User AND p.Host = u.Host) */ AS alternatives
     FROM mysql.user AS u WHERE u.User = ${literal(name)} AND u.Host = ${literal(host)}`,
    `SHOW GRANTS FOR ${literal(name)}@${literal(host)}`,
    'SHOW PRIVILEGES',
  ],
  read([rows, grants, privileges]) {
    const [row] = rowsOf(rows)
    if (row === undefined) return null
    return {
      plugin: row['plugin'] ?? '',
      authentication: (row['authentication'] ?? '').toLowerCase(),
      alternatives: row['alternatives'] === '1',
      tls: tlsOf(row),
      limits: Object.fromEntries(
        LIMITS.map(name => [name, Number(row[name])]),
      ) as SqlAccount['limits'],
      grants: [...readGrants(firstColumn(grants), everyPrivilege(privileges))],
    }
  },
  fresh({ name, host }, engine) {
    if (host !== 'localhost') return null
    if (name === 'root') return freshRoot(engine)
    return SYSTEM_ACCOUNTS[engine].includes(name) ? onlyItKnows() : null
  },
  alsoAsks: ({ socket }) => [replication(socket)],
})

/** One account by its name and the host it connects from. */
export const sqlAccount = (socket: string, name: string, host: string): Probe<Server<SqlAccount>> =>
  probeOf(kind)({ socket, name, host })

const TLS_TYPES: Readonly<Record<string, TlsDemand['type']>> = {
  '': 'NONE',
  ANY: 'SSL',
  X509: 'X509',
  SPECIFIED: 'SPECIFIED',
}

const tlsOf = (row: Row): TlsDemand => {
  const type = TLS_TYPES[row['tls'] ?? '']
  if (type === undefined) throw new SqlRefused(`unknown ssl_type "${row['tls'] ?? ''}"`)
  return {
    type,
    subject: hex(row['subject']),
    issuer: hex(row['issuer']),
    cipher: hex(row['cipher']),
  }
}

/** An account as CREATE USER alone makes it. */
export const NEW_ACCOUNT: SqlAccount = {
  plugin: '',
  authentication: '',
  alternatives: false,
  tls: { type: 'NONE', subject: '', issuer: '', cipher: '' },
  limits: {
    MAX_QUERIES_PER_HOUR: 0,
    MAX_UPDATES_PER_HOUR: 0,
    MAX_CONNECTIONS_PER_HOUR: 0,
    MAX_USER_CONNECTIONS: 0,
  },
  grants: [],
}

// MariaDB's has a password beside the socket, which no text hashes to.
const LOGIN_OF_ROOT = {
  mysql: { plugin: 'auth_socket', authentication: '', alternatives: false },
  mariadb: {
    plugin: 'mysql_native_password',
    authentication: Buffer.from('invalid').toString('hex'),
    alternatives: true,
  },
} as const

const freshRoot = (engine: Engine): SqlAccount => ({
  ...NEW_ACCOUNT,
  ...LOGIN_OF_ROOT[engine],
  grants: [['*.*', { privileges: ['ALL'], grantOption: true }]],
})

const hex = (digits: string | null | undefined): string =>
  Buffer.from(digits ?? '', 'hex').toString('utf8')

const firstColumn = (reply: Reply | undefined): readonly string[] =>
  rowsOf(reply).map(row => Object.values(row)[0] ?? '')

// They are no privileges that GRANT ALL gives.
const NOT_GRANTED_BY_ALL = ['USAGE', 'PROXY', 'GRANT OPTION']

const everyPrivilege = (reply: Reply | undefined): readonly string[] =>
  rowsOf(reply)
    .map(row => (row['Privilege'] ?? '').toUpperCase())
    .filter(name => !NOT_GRANTED_BY_ALL.includes(name))
