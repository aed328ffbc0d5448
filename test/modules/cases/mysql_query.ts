import { SOCKET, type Server } from '../../../src/probes/sql.ts'
import { databaseBecomes } from '../../../src/probes/sqleffects.ts'
import { query } from '../../../src/probes/sqlserver.ts'
import type { Row } from '../../../src/probes/sqlxml.ts'
import { is, type Case } from '../model.ts'
import { bringsServer, noServer } from '../mysql/newserver.ts'

const rows = (...found: Row[]) => ({
  kind: 'running' as const,
  engine: 'mysql' as const,
  version: '9.7.4-2',
  found,
})

const TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'app'"

export const cases: readonly Case[] = [
  {
    case: 'reads without a change',
    args: { query: 'SELECT 1 AS one', login_db: 'app' },
    answers: [is(query(SOCKET, 'app', 'SELECT 1 AS one\n'), rows({ one: '1' }))],
    converged: true,
  },
  {
    case: 'puts values in as literals, whatever they hold',
    args: { query: "SELECT %s, %s, '100%%'", positional_args: ["it's \\", 5] },
    answers: [is(query(SOCKET, '', "SELECT 'it''s \\\\', 5, '100%'\n"), rows())],
    converged: true,
  },
  {
    case: 'puts named values in',
    args: { query: 'SELECT %(a)s, %(a)s', named_args: { a: null } },
    answers: [is(query(SOCKET, '', 'SELECT NULL, NULL\n'), rows())],
    converged: true,
  },
  {
    case: 'writes as an act',
    args: { query: 'INSERT INTO t VALUES (1)' },
    changes: ['run INSERT INTO t VALUES (1)'],
  },
  {
    case: 'counts a SELECT that writes among the acts',
    args: { query: ["SELECT 1 INTO OUTFILE '/tmp/x'", 'SELECT 2'] },
    changes: ["run SELECT 1 INTO OUTFILE '/tmp/x' (and 1 more)"],
  },
  {
    case: 'knows that a new server has no tables in a database',
    args: { query: TABLES },
    answers: [noServer(query(SOCKET, '', `${TABLES}\n`))],
    earlier: bringsServer('mysql'),
    converged: true,
  },
  {
    case: 'reads certificates anew as an act',
    args: { query: 'ALTER INSTANCE RELOAD TLS' },
    changes: ['run ALTER INSTANCE RELOAD TLS'],
  },
  {
    case: 'cannot read in a database that is not there',
    args: { query: 'SELECT 1', login_db: 'app' },
    answers: [
      is<Server<readonly Row[]>>(query(SOCKET, 'app', 'SELECT 1\n'), { ...rows(), found: null }),
    ],
    error: 'E_SQL_NO_DATABASE',
  },
  {
    case: 'reads tables in a database that an earlier task will have made',
    args: { query: TABLES, login_db: 'app' },
    answers: [noServer(query(SOCKET, 'app', `${TABLES}\n`))],
    earlier: [
      ...bringsServer('mariadb'),
      ...databaseBecomes(
        { socket: SOCKET, name: 'app' },
        { kind: 'running', engine: 'mariadb', version: '', found: null },
        { encoding: 'utf8mb4', collation: '' },
      ),
    ],
    converged: true,
  },
  {
    case: 'cannot read where there is no server',
    args: { query: 'SELECT 1' },
    error: 'E_SQL_NO_SERVER',
  },
]
