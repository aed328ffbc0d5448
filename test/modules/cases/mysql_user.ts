import { SOCKET, type Engine, type Server } from '../../../src/probes/sql.ts'
import { sqlAccount, type SqlAccount } from '../../../src/probes/sqlaccount.ts'
import { cachingSha2, nativePassword } from '../../../src/probes/sqlpassword.ts'
import { is, type Case } from '../model.ts'
import { bringsServer, noServer } from '../mysql/newserver.ts'

const SECRET = 'open sesame'
const sha2 = cachingSha2(SECRET, Buffer.from('12345678901234567890'), 10).toString('hex')
const native = Buffer.from(nativePassword(SECRET)).toString('hex')

const account = (fields: Partial<SqlAccount> = {}): SqlAccount => ({
  plugin: 'caching_sha2_password',
  authentication: sha2,
  alternatives: false,
  tls: { type: 'SSL', subject: '', issuer: '', cipher: '' },
  limits: {
    MAX_QUERIES_PER_HOUR: 0,
    MAX_UPDATES_PER_HOUR: 0,
    MAX_CONNECTIONS_PER_HOUR: 0,
    MAX_USER_CONNECTIONS: 0,
  },
  grants: [['`app`.*', { privileges: ['INSERT', 'SELECT'], grantOption: false }]],
  ...fields,
})
const at = (found: SqlAccount | null, engine: Engine = 'mysql', name = 'app', host = '%') =>
  is<Server<SqlAccount>>(sqlAccount(SOCKET, name, host), {
    kind: 'running',
    engine,
    version: '',
    found,
  })

const app = { name: 'app', host: '%' }
const wanted = {
  ...app,
  password: SECRET,
  priv: 'app.*:SELECT,INSERT',
  tls_requires: { SSL: null },
}
const mariadb = { plugin: 'mysql_native_password', authentication: native }

export const cases: readonly Case[] = [
  { case: 'adds', args: wanted, answers: [at(null)], changes: ['add account app@%'] },
  ...(['mysql', 'mariadb'] as const).map(engine => ({
    case: `adds to a new ${engine} that is yet to be installed`,
    args: wanted,
    answers: [noServer(sqlAccount(SOCKET, 'app', '%'))],
    earlier: bringsServer(engine),
    changes: ['add account app@%'],
  })),
  {
    case: "takes the password from a new MariaDB's root",
    args: { name: 'root', plugin: 'unix_socket' },
    answers: [noServer(sqlAccount(SOCKET, 'root', 'localhost'))],
    earlier: bringsServer('mariadb'),
    changes: ['change account root@localhost'],
  },
  {
    case: "leaves a new MySQL's root, who logs in over the socket",
    args: { name: 'root', plugin: 'unix_socket' },
    answers: [noServer(sqlAccount(SOCKET, 'root', 'localhost'))],
    earlier: bringsServer('mysql'),
    converged: true,
  },
  {
    case: 'has nobody without a name to remove from a new server',
    args: { name: '', state: 'absent' },
    answers: [noServer(sqlAccount(SOCKET, '', 'localhost'))],
    earlier: bringsServer('mariadb'),
    converged: true,
  },
  {
    case: 'cannot add to a server that is installed, but not started',
    args: wanted,
    answers: [noServer(sqlAccount(SOCKET, 'app', '%'))],
    earlier: bringsServer('mysql', 'inactive'),
    error: 'E_SQL_STOPPED',
  },
  {
    case: 'names a missing server',
    args: wanted,
    answers: [noServer(sqlAccount(SOCKET, 'app', '%'))],
    error: 'E_SQL_NO_SERVER',
  },
  {
    case: 'knows the password by its hash',
    args: wanted,
    answers: [at(account())],
    converged: true,
  },
  {
    case: 'knows the password by its hash on MariaDB',
    args: wanted,
    answers: [at(account(mariadb), 'mariadb')],
    converged: true,
  },
  {
    case: 'changes another password',
    args: { ...wanted, password: 'other' },
    answers: [at(account())],
    changes: ['change account app@%'],
  },
  {
    case: 'changes another password on MariaDB',
    args: { ...wanted, password: 'other' },
    answers: [at(account(mariadb), 'mariadb')],
    changes: ['change account app@%'],
  },
  {
    case: 'leaves the password of an account that exists',
    args: { ...wanted, password: 'other', update_password: 'on_create' },
    answers: [at(account())],
    converged: true,
  },
  {
    case: 'revokes what is not named',
    args: { ...wanted, priv: 'app.*:SELECT' },
    answers: [at(account())],
    changes: ['change account app@%'],
  },
  {
    case: 'appends privileges',
    args: { ...wanted, priv: 'app.*:SELECT/*.*:PROCESS', append_privs: true },
    answers: [at(account())],
    changes: ['change account app@%'],
  },
  {
    case: 'has nothing to append',
    args: { ...wanted, priv: 'app.*:select', append_privs: true },
    answers: [at(account())],
    converged: true,
  },
  {
    case: 'leaves privileges alone that nobody named',
    args: app,
    answers: [at(account())],
    converged: true,
  },
  {
    case: 'demands TLS',
    args: wanted,
    answers: [at(account({ tls: { type: 'NONE', subject: '', issuer: '', cipher: '' } }))],
    changes: ['change account app@%'],
  },
  {
    case: 'sets a limit',
    args: { ...app, resource_limits: { max_user_connections: 5 } },
    answers: [at(account())],
    changes: ['change account app@%'],
  },
  {
    case: "takes away root's password beside the socket",
    args: { name: 'root', plugin: 'unix_socket' },
    answers: [
      at(
        account({ plugin: 'mysql_native_password', authentication: '696e', alternatives: true }),
        'mariadb',
        'root',
        'localhost',
      ),
    ],
    changes: ['change account root@localhost'],
  },
  {
    case: "knows MySQL's name for the socket",
    args: { name: 'root', plugin: 'unix_socket' },
    answers: [
      at(account({ plugin: 'auth_socket', authentication: '' }), 'mysql', 'root', 'localhost'),
    ],
    converged: true,
  },
  {
    case: 'removes',
    args: { ...app, state: 'absent' },
    answers: [at(account())],
    changes: ['remove account app@%'],
  },
  {
    case: 'has nothing to remove',
    args: { ...app, state: 'absent' },
    answers: [at(null)],
    converged: true,
  },
  {
    case: 'cannot hash for a plugin that it does not know',
    args: { ...wanted, plugin: 'ed25519' },
    answers: [at(account(mariadb), 'mariadb')],
    error: 'E_SQL_PLUGIN',
  },
  {
    case: 'refuses privileges on nothing',
    args: { ...app, priv: 'SELECT' },
    answers: [at(null)],
    error: 'E_SQL_PRIVILEGES',
  },
  {
    case: 'refuses an unknown demand',
    args: { ...app, tls_requires: { TLS: null } },
    answers: [at(null)],
    error: 'E_SQL_TLS',
  },
  {
    case: 'refuses an unknown limit',
    args: { ...app, resource_limits: { MAX_FUN: 1 } },
    answers: [at(null)],
    error: 'E_SQL_LIMIT',
  },
]
