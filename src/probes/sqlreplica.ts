import { probeOf, type Probe } from '../core/probe.ts'
import { rowsOf, sqlKind, type Server, type SqlQuestion } from './sql.ts'
import { SYSTEM_DATABASES } from './sqlfresh.ts'
import type { Row } from './sqlxml.ts'

/** Whom a server copies, as its own settings say. */
export interface Source {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly tls: boolean
  readonly verified: boolean
  readonly ca: string
  /** Follows the primary by GTID, not by file and position. */
  readonly byGtid: boolean
  /** Seconds between tries to connect. */
  readonly retry: number
  /** SHA-256 of the password that it logs in with; null where the engine does not tell (MariaDB). */
  readonly passwordHash: string | null
}

/** One of the two threads of a replica. */
export interface Thread {
  readonly running: 'yes' | 'no' | 'connecting'
  /** The server's error number, 0 without. */
  readonly errorNumber: number
  readonly error: string
}

/** What a server is in a topology of primary and replicas. */
export interface Replication {
  /** Undefined for a server that copies nobody. */
  readonly source: Source | undefined
  readonly receiver: Thread
  readonly applier: Thread
  /** Transactions that began here and were logged here, as the engine writes a GTID set. */
  readonly ownTransactions: string
  /** Whether the server has logged, or copied, any transaction at all. */
  readonly hasHistory: boolean
  readonly readOnly: boolean
  /** The user's databases. */
  readonly databases: readonly string[]
}

// Comments that one engine runs and the other skips: MySQL's and MariaDB's differ in their names.
const kind = sqlKind<SqlQuestion, Replication>({
  name: 'sql replication',
  statements: () => [
    'SHOW REPLICA STATUS',
    `SELECT /*!80000 @@server_uuid AS identity, @@GLOBAL.gtid_executed AS executed,
         '' AS copied, @@GLOBAL.super_read_only AS readonly */
       /*M!100500 @@server_id AS identity, @@GLOBAL.gtid_binlog_state AS executed,
         @@GLOBAL.gtid_slave_pos AS copied, @@GLOBAL.read_only AS readonly */`,
    'SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA ORDER BY 1',
    `SELECT /*!80000 SHA2(User_password, 256) AS hash FROM mysql.slave_master_info
         WHERE Channel_name = '' */
       /*M!100500 NULL AS hash */`,
    `SELECT /*!80000 LAST_ERROR_MESSAGE AS error
         FROM performance_schema.replication_applier_status_by_worker
         WHERE LAST_ERROR_NUMBER <> 0 LIMIT 1 */
       /*M!100500 NULL AS error */`,
  ],
  read([status, globals, schemas, password, worker]) {
    const [row] = rowsOf(status)
    const [own] = rowsOf(globals)
    const executed = own?.['executed'] ?? ''
    return {
      source: row && sourceOf(row, rowsOf(password)[0]?.['hash'] ?? null),
      receiver: threadOf(row, 'IO'),
      applier: applierOf(row, rowsOf(worker)[0]?.['error'] ?? null),
      ownTransactions: ownOf(executed, own?.['identity'] ?? ''),
      hasHistory: executed !== '' || (own?.['copied'] ?? '') !== '',
      // READ_ONLY is a word from MariaDB 12 on.
      readOnly: !['0', 'OFF'].includes(own?.['readonly'] ?? '0'),
      databases: rowsOf(schemas)
        .map(schema => schema['name'] ?? '')
        .filter(name => !SYSTEM_DATABASES.includes(name)),
    }
  },
  fresh: () => UNUSED,
})

const STILL: Thread = { running: 'no', errorNumber: 0, error: '' }
/** A server that is nobody's replica, and that nobody has written to. */
const UNUSED: Replication = {
  source: undefined,
  receiver: STILL,
  applier: STILL,
  ownTransactions: '',
  hasHistory: false,
  readOnly: false,
  databases: [],
}

/** Whether and how the server copies another, and what it has of its own. */
export const replication = (socket: string): Probe<Server<Replication>> => probeOf(kind)({ socket })

/** MySQL says Source where MariaDB says Master, and Replica where it says Slave. */
const field = (row: Row, name: string): string =>
  row[name] ?? row[name.replace('Source', 'Master').replace('Replica', 'Slave')] ?? ''

const sourceOf = (row: Row, passwordHash: string | null): Source => ({
  host: field(row, 'Source_Host'),
  port: Number(field(row, 'Source_Port')),
  user: field(row, 'Source_User'),
  tls: field(row, 'Source_SSL_Allowed') === 'Yes',
  verified: field(row, 'Source_SSL_Verify_Server_Cert') === 'Yes',
  ca: field(row, 'Source_SSL_CA_File'),
  byGtid:
    row['Auto_Position'] === '1' || ['Slave_Pos', 'Current_Pos'].includes(row['Using_Gtid'] ?? ''),
  retry: Number(field(row, 'Connect_Retry')),
  passwordHash,
})

const threadOf = (row: Row | undefined, name: 'IO' | 'SQL'): Thread => {
  const running = row === undefined ? 'No' : field(row, `Replica_${name}_Running`)
  return {
    running: running === 'Yes' ? 'yes' : running === 'No' ? 'no' : 'connecting',
    errorNumber: Number(row?.[`Last_${name}_Errno`] ?? 0),
    error: row?.[`Last_${name}_Error`] ?? '',
  }
}

/** MySQL's applier says only which worker to ask; its workers say what happened. */
const applierOf = (row: Row | undefined, worker: string | null): Thread => {
  const thread = threadOf(row, 'SQL')
  return thread.errorNumber === 0 ? thread : { ...thread, error: worker ?? thread.error }
}

/**
 * The part of a GTID set that the server itself wrote: MySQL's sets are `uuid:1-5,uuid:1`, MariaDB's
 * are `domain-server-sequence,…`.
 */
const ownOf = (set: string, identity: string): string =>
  set
    .split(',')
    .map(part => part.trim())
    .filter(part => part.startsWith(`${identity}:`) || part.split('-')[1] === identity)
    .join(',')
