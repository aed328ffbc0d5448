import type { Effect, Scope } from '../../core/change.ts'
import { path } from '../../core/probe.ts'
import { SQL_SCOPE } from '../../probes/sql.ts'
import { dataChanges, logGrows, serverUnknown } from '../../probes/sqleffects.ts'
import { statementsIn } from '../../probes/sqltables.ts'

/** What a statement of the user's alters, as far as its first words tell. */
type Reach = 'nothing' | 'its log' | 'data' | 'answers' | 'everything'

// From the narrowest to the widest.
const REACHES: readonly Reach[] = ['nothing', 'its log', 'data', 'answers', 'everything']

/*
 * MySQL Reference Manual 15.7.8 (FLUSH) and 15.1.5 (ALTER INSTANCE), MariaDB's pages of the same
 * names: certificates, logs and caches are read anew, and nothing that is asked for alters. FLUSH
 * itself is written to the log unless it says LOCAL.
 */
const NOTHING =
  /^(flush\s+(local|no_write_to_binlog)|alter\s+instance\s+reload|set\s+names|use|start\s+transaction|begin|commit|set\s+session\s+sql_log_bin)\b/i
const LOG = /^(flush|analyze|optimize|check|repair)\b/i
const DATA =
  /^(insert|replace|update|delete|truncate|((create|alter|drop|rename)\s+(or\s+replace\s+)?(temporary\s+|unique\s+|fulltext\s+|spatial\s+)?(table|index|view|trigger|procedure|function|event)))\b/i
/** Names the schema of the server's own settings. */
const OWN_SCHEMA = /(?<!')(\bmysql\b|`mysql`)\s*\./i
/** Writes files, or ends or replaces the server. */
const BEYOND = /^(shutdown|restart|clone|install|uninstall)\b|\binto\s+(out|dump)file\b|\/\*M?!/i

const reachOf = (statement: string): Reach => {
  if (BEYOND.test(statement)) return 'everything'
  if (NOTHING.test(statement)) return 'nothing'
  if (OWN_SCHEMA.test(statement)) return 'answers'
  if (LOG.test(statement)) return 'its log'
  return DATA.test(statement) ? 'data' : 'answers'
}

const widest = (texts: readonly string[], database: string): Reach => {
  const reaches = texts.flatMap(statementsIn).map(reachOf)
  const found = REACHES.findLast(reach => reaches.includes(reach)) ?? 'nothing'
  return database.toLowerCase() === 'mysql' && found === 'data' ? 'answers' : found
}

/** Statements, the database that they run in, and the socket of the server. */
interface Said {
  readonly texts: readonly string[]
  readonly database: string
  readonly socket: string
  readonly reason: string
}

/** What the statements make true of answers; none for what may alter anything. */
export const statementEffects = ({ texts, database, socket, reason }: Said): readonly Effect[] => {
  switch (widest(texts, database)) {
    case 'nothing':
    case 'everything':
      return []
    case 'its log':
      return logGrows(socket)
    case 'data':
      return dataChanges(socket, reason)
    case 'answers':
      return serverUnknown(socket, reason)
  }
}

/** What the statements can have touched. */
export const statementScope = (texts: readonly string[]): Scope =>
  widest(texts, '') === 'everything' ? 'everything' : [...SQL_SCOPE, path('/var/lib/mysql')]
