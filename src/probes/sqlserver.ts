import { probeOf, type Probe } from '../core/probe.ts'
import { identifier, literal } from './sqlclient.ts'
import { rowsOf, sqlKind, SqlRefused, type Server, type SqlQuestion } from './sql.ts'
import { onlyItKnows, SYSTEM_DATABASES } from './sqlfresh.ts'
import { replication } from './sqlreplica.ts'
import { tablesAskedFor } from './sqltables.ts'
import type { Row } from './sqlxml.ts'

/** A database's defaults for new tables. */
export interface Database {
  readonly encoding: string
  readonly collation: string
}

interface Named extends SqlQuestion {
  readonly name: string
}

const databaseKind = sqlKind<Named, Database>({
  name: 'sql database',
  statements: ({ name }) => [
    `SELECT DEFAULT_CHARACTER_SET_NAME AS encoding, DEFAULT_COLLATION_NAME AS collation
     FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ${literal(name)}`,
  ],
  read([reply]) {
    const [row] = rowsOf(reply)
    if (row === undefined) return null
    return { encoding: row['encoding'] ?? '', collation: row['collation'] ?? '' }
  },
  fresh: ({ name }) => (SYSTEM_DATABASES.includes(name) ? onlyItKnows() : null),
  alsoAsks: ({ socket }) => [replication(socket)],
})

/** One database. */
export const database = (socket: string, name: string): Probe<Server<Database>> =>
  probeOf(databaseKind)({ socket, name })

const variableKind = sqlKind<Named, string>({
  name: 'sql variable',
  statements: ({ name }) => [`SHOW GLOBAL VARIABLES WHERE Variable_name = ${literal(name)}`],
  read([reply]) {
    const [row] = rowsOf(reply)
    return row === undefined ? null : (row['Value'] ?? '')
  },
  fresh: onlyItKnows,
})

/** A global variable as the server runs with it now. */
export const variable = (socket: string, name: string): Probe<Server<string>> =>
  probeOf(variableKind)({ socket, name })

const persistedKind = sqlKind<Named, string>({
  name: 'sql persisted variable',
  statements: ({ name }) => [
    `/*!80000 SELECT VARIABLE_VALUE AS value FROM performance_schema.persisted_variables
       WHERE VARIABLE_NAME = ${literal(name)} */ /*M!100400 SELECT NULL AS value FROM DUAL WHERE FALSE */`,
  ],
  read([reply]) {
    const [row] = rowsOf(reply)
    return row === undefined ? null : (row['value'] ?? '')
  },
  fresh: () => null,
})

/** A variable that MySQL keeps over restarts in its data directory; MariaDB has none. */
export const persistedVariable = (socket: string, name: string): Probe<Server<string>> =>
  probeOf(persistedKind)({ socket, name })

const databasesKind = sqlKind<SqlQuestion, readonly string[]>({
  name: 'sql databases',
  statements: () => ['SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA ORDER BY 1'],
  read: ([reply]) => rowsOf(reply).map(row => row['name'] ?? ''),
  fresh: () => SYSTEM_DATABASES,
  alsoAsks: ({ socket }) => [replication(socket)],
})

/** The names of all databases, the server's own included. */
export const databases = (socket: string): Probe<Server<readonly string[]>> =>
  probeOf(databasesKind)({ socket })

/** A statement of the user's own that only reads. */
export interface UsersQuery extends SqlQuestion {
  /** Selected for the session; none when empty. */
  readonly database: string
  readonly statement: string
}

const queryKind = sqlKind<UsersQuery, readonly Row[]>({
  name: 'sql query',
  alone: true,
  statements: ({ database: name, statement }) =>
    name === '' ? [statement] : [`USE ${identifier(name)}`, statement],
  read(replies) {
    const [first] = replies
    if (replies.length > 1 && first?.kind === 'failed' && first.number !== 0) {
      if (first.number === ER_BAD_DB_ERROR) return null
      throw new SqlRefused(first.message)
    }
    return rowsOf(replies.at(-1))
  },
  fresh({ database: name, statement }) {
    if (name !== '' && !isSystem(name)) return null
    const of = tablesAskedFor(statement)
    return of === undefined || isSystem(of) ? onlyItKnows() : []
  },
  alsoAsks: ({ socket }) => [replication(socket)],
})

const ER_BAD_DB_ERROR = 1049

const isSystem = (name: string): boolean => SYSTEM_DATABASES.includes(name.toLowerCase())

/**
 * The rows of the user's own reading statement, run in a read-only transaction; null: the database
 * does not exist that it is to run in.
 */
export const query = (
  socket: string,
  database: string,
  statement: string,
): Probe<Server<readonly Row[]>> => probeOf(queryKind)({ socket, database, statement })
