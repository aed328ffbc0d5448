import { keep } from '../../src/core/secret.ts'
import type { Change, Run } from '../../src/core/change.ts'
import { modules } from '../../src/modules/index.ts'
import { seedScript, type Link, type Replica } from '../../src/modules/mysql/seed.ts'
import { withValues } from '../../src/modules/mysql/values.ts'
import { SOCKET, type Engine } from '../../src/probes/sql.ts'
import { sqlAccount, type SqlAccount } from '../../src/probes/sqlaccount.ts'
import { matchesCachingSha2, nativePassword } from '../../src/probes/sqlpassword.ts'
import { is, Model, prepare } from './model.ts'

const PASSWORD = "S3cret 'word\\"

const planUser = async (
  args: Record<string, unknown>,
  found: SqlAccount | null,
  engine: Engine,
): Promise<readonly Change[]> => {
  const module = modules.get('mysql_user')
  if (module === undefined) throw new Error('mysql_user is not registered')
  const want = await prepare(module, { name: 'app', host: '%', ...args }, undefined)
  const server = { kind: 'running' as const, engine, version: '', found }
  const model = new Model([is(sqlAccount(SOCKET, 'app', '%'), server)])
  return module.plan(want, model.actual(module, want))
}

const inputOf = (change: Change | undefined): string =>
  (change as Run).script.input?.toString('latin1') ?? ''

test.each(['mysql', 'mariadb'] as const)('%s gets a hash, never the password', async engine => {
  const changes = await planUser({ password: PASSWORD, tls_requires: { SSL: null } }, null, engine)
  const [change] = changes
  const all = JSON.stringify([changes, (change as Run).script.text, inputOf(change)])
  expect(all).not.toContain('S3cret')
  expect(inputOf(change)).toContain(' REQUIRE SSL')
  const digits = /AS 0x([0-9a-f]+)/.exec(inputOf(change))?.[1] ?? ''
  if (engine === 'mysql')
    expect(matchesCachingSha2(Buffer.from(digits, 'hex'), PASSWORD)).toBe(true)
  else expect(inputOf(change)).toContain(`USING '${nativePassword(PASSWORD)}'`)
})

test('two accounts with one password have different salts', async () => {
  const [one, two] = await Promise.all(
    [1, 2].map(() => planUser({ password: PASSWORD }, null, 'mysql')),
  )
  expect(inputOf(one?.[0])).not.toBe(inputOf(two?.[0]))
})

test('a diff shows that the password changes, and no hash', async () => {
  const [change] = await planUser({ password: PASSWORD, priv: 'app.*:SELECT' }, null, 'mysql')
  expect(change?.diff).toMatchObject({
    fields: expect.arrayContaining([
      { name: 'password', before: null, after: '(set)' },
      { name: 'on `app`.*', before: null, after: 'SELECT' },
    ]) as unknown[],
  })
  expect(JSON.stringify(change?.diff)).not.toContain('$A$')
})

test.each([
  "SELECT ON *.* TO 'x'@'%'; DROP DATABASE app; GRANT SELECT",
  'SELECT, INSERT; DROP DATABASE app',
  'SELECT (a) ON *.* TO x',
  'SELECT\nON *.* TO x',
  'ALL -- x',
  'GRANT OPTION, `a`',
])('no SQL comes by a privilege: %j', async privileges => {
  for (const priv of [{ 'app.*': privileges }, `app.*:${privileges}`, { 'app.*': [privileges] }])
    await expect(planUser({ priv }, null, 'mysql')).rejects.toMatchObject({
      code: 'E_SQL_PRIVILEGES',
    })
})

test.each([
  'SELECT',
  'create temporary tables',
  'BACKUP_ADMIN',
  'SELECT (a, `b``c)`), INSERT',
  'ALL',
])('takes the privilege %s', async privileges => {
  expect(await planUser({ priv: { 'app.*': privileges } }, null, 'mysql')).toHaveLength(1)
})

const link: Link = {
  host: 'db1',
  port: 3306,
  user: 'replicator',
  password: keep(PASSWORD),
  ca: '/etc/mysql/tls/ca.crt',
  verify: true,
  retry: 5,
}
const replica = (engine: Engine, version = '9.7.4-2'): Replica => ({
  socket: SOCKET,
  engine,
  version,
})

test.each([
  {
    case: 'MySQL clones',
    of: replica('mysql'),
    wipe: undefined,
    lines: [
      /^$/,
      /CLONE INSTANCE FROM 'replicator'@'db1':3306 .* REQUIRE SSL$/,
      /SOURCE_AUTO_POSITION = 1/,
    ],
  },
  {
    case: 'MySQL forgets its history before it clones anew',
    of: replica('mysql'),
    wipe: { databases: ['app'] },
    lines: [/RESET BINARY LOGS AND GTIDS$/, /CLONE INSTANCE/, /CHANGE REPLICATION SOURCE TO/],
  },
  {
    case: 'MySQL 8.0 has other words',
    of: replica('mysql', '8.0.42-0ubuntu0.24.04.1'),
    wipe: { databases: [] },
    lines: [/RESET MASTER$/, /CLONE INSTANCE/, /START REPLICA$/],
  },
  {
    case: 'MariaDB loads a dump',
    of: replica('mariadb', '11.8.6-MariaDB'),
    wipe: { databases: ['a`b'] },
    lines: [
      /DROP DATABASE `a``b`; RESET MASTER/,
      /^"S3cret 'word\\\\"$/,
      /CHANGE MASTER TO .*MASTER_SSL = 1.*MASTER_SSL_VERIFY_SERVER_CERT = 1.*MASTER_USE_GTID = slave_pos/,
    ],
  },
])('$case, and the password travels on standard input alone', ({ of, wipe, lines }) => {
  const script = seedScript(of, link, wipe)
  expect(script.text).not.toContain('S3cret')
  const input = script.input?.toString().split('\n') ?? []
  expect(input).toHaveLength(lines.length + 1)
  lines.forEach((line, i) => {
    expect(input[i]).toMatch(line)
  })
})

test.each([
  { statement: 'SELECT %s', positional_args: [], named_args: undefined },
  { statement: 'SELECT %(x)s', positional_args: undefined, named_args: { y: 1 } },
])('$statement lacks a value', ({ statement, ...values }) => {
  expect(() => withValues([statement], values)).toThrow(/no value for/)
})
