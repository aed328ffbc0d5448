import { Uncertain } from '../../src/core/uncertain.ts'
import type { Probe } from '../../src/core/probe.ts'
import { SOCKET, type Server } from '../../src/probes/sql.ts'
import { sqlAccount } from '../../src/probes/sqlaccount.ts'
import { replication } from '../../src/probes/sqlreplica.ts'
import {
  database,
  databases,
  persistedVariable,
  query,
  variable,
} from '../../src/probes/sqlserver.ts'
import { statementsIn, tablesAskedFor } from '../../src/probes/sqltables.ts'
import { is, Model } from '../modules/model.ts'
import { bringsServer, noServer } from '../modules/mysql/newserver.ts'

const root = { user: 'root', host: 'localhost' }
const TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'app'"

/** What a new server answers; `?` where it cannot be known. */
const found = <A>(
  probe: Probe<Server<A>>,
  engine: 'mysql' | 'mariadb',
  leftovers = false,
): unknown => {
  const model = new Model([noServer(probe, leftovers)], bringsServer(engine))
  const server = model.value(probe) as Server<A>
  if (server.kind !== 'running') return server
  expect(server.engine).toBe(engine)
  expect(() => server.version).toThrow(Uncertain)
  try {
    return server.found
  } catch (error) {
    if (error instanceof Uncertain) return '?'
    throw error
  }
}

describe.each(['mysql', 'mariadb'] as const)('a new %s', engine => {
  test.each([
    {
      case: 'databases',
      probe: databases(SOCKET),
      is: expect.arrayContaining(['mysql', 'sys']) as unknown,
    },
    { case: 'a database of its own', probe: database(SOCKET, 'sys'), is: '?' },
    { case: 'a database of the user’s', probe: database(SOCKET, 'app'), is: null },
    { case: 'root elsewhere', probe: sqlAccount(SOCKET, 'root', '%'), is: null },
    { case: 'nobody', probe: sqlAccount(SOCKET, '', 'localhost'), is: null },
    { case: 'its own account', probe: sqlAccount(SOCKET, 'nobody.sys', 'localhost'), is: null },
    { case: 'a setting', probe: variable(SOCKET, 'max_connections'), is: '?' },
    { case: 'a kept setting', probe: persistedVariable(SOCKET, 'max_connections'), is: null },
    { case: 'tables', probe: query(SOCKET, '', TABLES), is: [] },
    { case: 'its own tables', probe: query(SOCKET, '', TABLES.replace('app', 'mysql')), is: '?' },
    { case: 'anything else', probe: query(SOCKET, '', 'SELECT 1'), is: '?' },
    {
      case: 'replication',
      probe: replication(SOCKET),
      is: expect.objectContaining({
        source: undefined,
        ownTransactions: '',
        databases: [],
      }) as unknown,
    },
  ])('knows of $case what any such server says', ({ probe, is: wanted }) => {
    expect(found(probe as Probe<Server<unknown>>, engine)).toEqual(wanted)
  })

  test('has a root who logs in over the socket', () => {
    expect(found(sqlAccount(SOCKET, root.user, root.host), engine)).toMatchObject(
      engine === 'mysql'
        ? { plugin: 'auth_socket', alternatives: false }
        : { plugin: 'mysql_native_password', alternatives: true },
    )
  })

  test('is not guessed at where an earlier one has left its data', () => {
    expect(() => found(databases(SOCKET), engine, true)).toThrow('holds already')
  })

  test('that is not started is stopped', () => {
    const probe = databases(SOCKET)
    const model = new Model([noServer(probe)], bringsServer(engine, 'inactive'))
    expect(model.value(probe)).toMatchObject({ kind: 'stopped', engine })
  })
})

test('a server that stands already answers as it does', () => {
  const probe = databases(SOCKET)
  const real = { kind: 'running', engine: 'mysql', version: '8.4.6', found: ['shop'] } as const
  expect(new Model([is(probe, real)], bringsServer('mysql')).value(probe)).toEqual(real)
})

test('where nothing brings a server there is none', () => {
  const probe = databases(SOCKET)
  const other = new Model([noServer(probe)], [{ kind: 'becomes', key: 'x', value: 1 }])
  expect(other.value(probe)).toEqual({ kind: 'not installed', leftovers: false })
})

test.each([
  { statement: TABLES, of: 'app' },
  { statement: `${TABLES} AND table_name = 'entries'\n;`, of: 'app' },
  {
    statement:
      "select t.table_name as n from information_schema.COLUMNS where table_schema='it''s'",
    of: "it's",
  },
  { statement: `${TABLES} -- of the application`, of: 'app' },
  { statement: `${TABLES} OR 1 = 1`, of: undefined },
  { statement: `${TABLES} UNION SELECT 1`, of: undefined },
  { statement: TABLES.replace('table_name', 'COUNT(*)'), of: undefined },
  { statement: TABLES.replace("'app'", 'DATABASE()'), of: undefined },
  { statement: `${TABLES}; SELECT 1`, of: undefined },
  { statement: "SELECT table_name FROM tables WHERE table_schema = 'app'", of: undefined },
])('$statement asks for the tables of $of', ({ statement, of }) => {
  expect(tablesAskedFor(statement)).toBe(of)
})

test('statements are parted outside literals and comments', () => {
  const text = `INSERT INTO a VALUES ('x;y', "b\\";", \`c;d\`); -- one; two\n/* a; b */ SELECT 1 # c;\n;/*! SET a = 1 */;`
  expect(statementsIn(text)).toEqual([
    `INSERT INTO a VALUES ('x;y', "b\\";", \`c;d\`)`,
    'SELECT 1',
    '/*! SET a = 1 */',
  ])
})
