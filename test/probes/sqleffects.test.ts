import { Uncertain } from '../../src/core/uncertain.ts'
import type { Effect } from '../../src/core/change.ts'
import type { Probe } from '../../src/core/probe.ts'
import { statementEffects, statementScope } from '../../src/modules/mysql/statements.ts'
import { SOCKET, type Running, type Server } from '../../src/probes/sql.ts'
import { NEW_ACCOUNT, sqlAccount, type SqlAccount } from '../../src/probes/sqlaccount.ts'
import { accountBecomes, databaseBecomes, unitServes } from '../../src/probes/sqleffects.ts'
import { replication, type Replication } from '../../src/probes/sqlreplica.ts'
import { database, databases, query, variable, type Database } from '../../src/probes/sqlserver.ts'
import { is, Model } from '../modules/model.ts'
import { replica, still, unused } from './sqlsamples.ts'

const TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'app'"
const UTF8: Database = { encoding: 'utf8mb4', collation: 'c' }

const running = <A>(found: A | null): Running<A> => ({
  kind: 'running',
  engine: 'mysql',
  version: '9.7.4',
  found,
})
const at = <A>(probe: Probe<Server<A>>, found: A | null) => is<Server<A>>(probe, running(found))

/** A server in use, that copies another or not. */
const server = (of: Replication) => [
  at(replication(SOCKET), of),
  at(sqlAccount(SOCKET, 'app', '%'), null),
  at(sqlAccount(SOCKET, 'other', '%'), NEW_ACCOUNT),
  at(databases(SOCKET), ['mysql', 'sys']),
  at(database(SOCKET, 'app'), null),
  at(database(SOCKET, 'shop'), UTF8),
  at(variable(SOCKET, 'read_only'), 'OFF'),
  at(query(SOCKET, '', TABLES), []),
  at(query(SOCKET, '', 'SELECT 1'), []),
]
const ASKED: Readonly<Record<string, Probe<unknown>>> = {
  replication: replication(SOCKET),
  account: sqlAccount(SOCKET, 'app', '%'),
  another: sqlAccount(SOCKET, 'other', '%'),
  databases: databases(SOCKET),
  database: database(SOCKET, 'app'),
  shop: database(SOCKET, 'shop'),
  setting: variable(SOCKET, 'read_only'),
  tables: query(SOCKET, '', TABLES),
  query: query(SOCKET, '', 'SELECT 1'),
}

/** The questions that can no longer be answered; of an answer's fields, as `question.field`. */
const uncertainAfter = (of: Replication, effects: readonly Effect[]): readonly string[] => {
  const model = new Model(server(of), effects)
  return Object.entries(ASKED).flatMap(([name, probe]) => {
    try {
      const found = (model.value(probe) as Server<unknown> & { found: unknown }).found
      if (name !== 'replication') return []
      return Object.keys(found as object).flatMap(field => openField(found as Replication, field))
    } catch (error) {
      if (error instanceof Uncertain) return [name]
      throw error
    }
  })
}

const openField = (found: Replication, field: string): readonly string[] => {
  try {
    Reflect.get(found, field)
    return []
  } catch (error) {
    if (error instanceof Uncertain) return [`replication.${field}`]
    throw error
  }
}

const account = { socket: SOCKET, name: 'app', host: '%' }
const anAccount = (isLogged = true) =>
  accountBecomes(account, running<SqlAccount>(null), { after: NEW_ACCOUNT, isLogged })
const aDatabase = (after: Database | null = UTF8) =>
  databaseBecomes({ socket: SOCKET, name: 'app' }, running<Database>(null), after)
const said = (text: string, db = '') =>
  statementEffects({ texts: [text], database: db, socket: SOCKET, reason: 'it has not run' })
const own = (effects: readonly Effect[]): readonly Effect[] =>
  effects.filter(effect => effect.kind !== 'rule' || effect.crosses !== true)
const elsewhere = (effects: readonly Effect[]): readonly Effect[] =>
  effects.filter(effect => effect.kind === 'rule' && effect.crosses === true)
const LOG = ['replication.ownTransactions', 'replication.hasHistory']
const ALL = Object.keys(ASKED)

test.each([
  { case: 'an account', effects: anAccount(), open: [...LOG, 'query'] },
  { case: 'an account that is not logged', effects: anAccount(false), open: ['query'] },
  { case: 'a database', effects: aDatabase(), open: [...LOG, 'query'] },
  { case: 'FLUSH LOCAL SSL', effects: said('FLUSH LOCAL SSL'), open: [] },
  { case: 'ALTER INSTANCE', effects: said('ALTER INSTANCE RELOAD TLS\n'), open: [] },
  { case: 'FLUSH SSL', effects: said('FLUSH SSL'), open: LOG },
  { case: 'a row', effects: said('INSERT INTO t VALUES (1)'), open: [...LOG, 'tables', 'query'] },
  { case: 'a table', effects: said('CREATE TABLE a (b INT);'), open: [...LOG, 'tables', 'query'] },
  { case: 'a row of the server’s own', effects: said('DELETE FROM mysql.user'), open: ALL },
  { case: 'a row, in the server’s own', effects: said('DELETE FROM user', 'mysql'), open: ALL },
  { case: 'a setting', effects: said('SET GLOBAL read_only = 1'), open: ALL },
  { case: 'an account by hand', effects: said('CREATE USER a'), open: ALL },
  { case: 'several, one of them wide', effects: said('USE a; DROP DATABASE b'), open: ALL },
  { case: 'what a comment hides', effects: said('/*!80000 SELECT 1 */'), open: [] },
])('after $case a primary leaves open $open', ({ effects, open }) => {
  expect(uncertainAfter(unused(), own(effects))).toEqual(expect.arrayContaining(open.map(String)))
  expect(uncertainAfter(unused(), own(effects))).toHaveLength(open.length)
})

test('what may write files, or end the server, is not modelled at all', () => {
  for (const text of ["SELECT 1 INTO OUTFILE '/x'", 'SHUTDOWN', '/*!80000 SELECT 1 */']) {
    expect(said(text)).toEqual([])
    expect(statementScope([text])).toBe('everything')
  }
  expect(statementScope(['FLUSH LOCAL SSL', 'INSERT INTO t VALUES (1)'])).not.toBe('everything')
})

test.each([
  { case: 'an account', effects: anAccount(), open: ['account', 'query', 'tables'] },
  { case: 'an account that is not logged', effects: anAccount(false), open: [] },
  {
    case: 'a database',
    effects: aDatabase(),
    open: ['databases', 'database', 'query', 'tables'],
  },
  { case: 'a table', effects: said('CREATE TABLE a (b INT)'), open: ['query', 'tables'] },
])('$case of another server comes to its replicas alone', ({ effects, open }) => {
  expect(uncertainAfter(replica(), elsewhere(effects)).toSorted()).toEqual(open.toSorted())
  expect(uncertainAfter(unused(), elsewhere(effects))).toEqual([])
})

test('a database that is new has no tables, and is among the databases', () => {
  const model = new Model(server(unused()), own(aDatabase()))
  expect(model.value(databases(SOCKET))).toMatchObject({ found: ['app', 'mysql', 'sys'] })
  expect(model.value(query(SOCKET, '', TABLES))).toMatchObject({ found: [] })
  expect(model.value(replication(SOCKET))).toHaveProperty('found.databases', ['app'])
})

test.each([
  { case: 'a primary', of: unused(), open: ['replication.readOnly', 'setting', 'query'] },
  { case: 'a replica', of: replica(), open: ['replication.readOnly', 'setting', 'query'] },
  {
    case: 'a replica that stands still',
    of: replica({ applier: still() }),
    open: [
      'replication.receiver',
      'replication.applier',
      'replication.readOnly',
      'setting',
      'query',
    ],
  },
])('a restart leaves $case its data, not its settings', ({ of, open }) => {
  expect(uncertainAfter(of, unitServes('restart', 'mysql.service'))).toEqual(open)
})

test('a unit that is stopped does not answer, and what it says once started it alone knows', () => {
  const probe = database(SOCKET, 'shop')
  const stopped = new Model(server(unused()), unitServes('stop', 'mariadb.service'))
  expect(stopped.value(probe)).toMatchObject({ kind: 'stopped', engine: 'mysql' })
  const down = is<Server<Database>>(probe, { kind: 'stopped', engine: 'mysql', message: 'no' })
  const started = new Model([down], unitServes('start', 'mysql.service'))
  expect(() => started.value(probe)).toThrow('has been started')
  expect(unitServes('stop', 'nginx.service')).toEqual([])
})
