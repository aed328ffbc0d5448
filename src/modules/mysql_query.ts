import type { Change, Outcome } from '../core/change.ts'
import { UserError } from '../core/error.ts'
import { defineModule, type Prepared, type Result } from '../core/module.ts'
import { alias, anything, boolean, dictionary, list, optional } from '../core/schema.ts'
import { withDefault } from '../core/schema.ts'
import { line, path } from '../core/shapes.ts'
import { fed, sh } from '../core/shell.ts'
import { withUncertain } from '../core/uncertain.ts'
import { mustRun, SOCKET } from '../probes/sql.ts'
import { CLIENT_LIBRARY, identifier, statements } from '../probes/sqlclient.ts'
import { query } from '../probes/sqlserver.ts'
import { shown } from './command/run.ts'
import { statementEffects, statementScope } from './mysql/statements.ts'
import { queries, withValues } from './mysql/values.ts'
import { readXml, type Row } from '../probes/sqlxml.ts'

const params = {
  // A list parameter would take a statement apart at its commas.
  query: anything('A statement, or a list of them that runs in order on one connection.'),
  login_db: alias(withDefault(line('Database that they run in.'), ''), 'db'),
  positional_args: optional(list(anything('Value.'), 'Values for `%s`, in order.')),
  named_args: optional(dictionary('Values for `%(name)s`.')),
  single_transaction: withDefault(boolean('All statements or none.'), false),
  login_unix_socket: withDefault(path("The server's socket."), SOCKET),
}

type Wanted = Prepared<typeof params, undefined>

/**
 * Statements that only read (SELECT, SHOW, …) are questions: they run in a read-only transaction,
 * also in a dry run, and change nothing. With any other the task is an act that is always done.
 */
export const mysqlQuery = defineModule({
  name: 'mysql_query',
  summary: 'Runs SQL statements; those that only read change nothing.',
  crossesMachines: true,
  params,
  check: want =>
    want.positional_args !== undefined && want.named_args !== undefined
      ? 'positional_args and named_args exclude each other'
      : undefined,
  probes: want =>
    Object.fromEntries(
      onlyReads(want)
        ? written(want).map((statement, i) => [
            `query ${i}`,
            query(want.login_unix_socket, want.login_db, statement),
          ])
        : [],
    ),
  plan(want, actual): readonly Change[] {
    if (!onlyReads(want)) return [act(want)]
    for (const i of written(want).keys())
      if (mustRun(actual[`query ${i}`] ?? null).found === null)
        throw new UserError('E_SQL_NO_DATABASE', `there is no database "${want.login_db}"`)
    return []
  },
  reach: want => (onlyReads(want) ? [] : statementScope(written(want))),
  result(want, _before, after, outcomes): Result {
    const results = onlyReads(want)
      ? written(want).map((_, i) => {
          const rows = mustRun(after[`query ${i}`] ?? null).found ?? []
          return { rows, count: rows.length }
        })
      : resultsOf(outcomes)
    const said = {
      executed_queries: queries(want.query),
      query_result: results.map(one => one.rows),
      rowcount: results.map(one => one.count),
    }
    const ran = onlyReads(want) || outcomes.some(({ output }) => output !== undefined)
    return ran ? said : withUncertain(said, ['query_result', 'rowcount'], NOT_RUN)
  },
})

// INTO writes a file or a variable; FOR UPDATE takes locks.
const READS = /^\s*\(?\s*(select|show|describe|desc|explain|table|values|with)\b/i
const WRITES = /\b(into|for\s+(update|share)|insert|update|delete|replace|analyze)\b/i

const onlyReads = (want: Wanted): boolean =>
  queries(want.query).every(statement => READS.test(statement) && !WRITES.test(statement))

const written = (want: Wanted): readonly string[] => withValues(queries(want.query), want)

const NOT_RUN = 'the statement has not run'

const COUNT = 'SELECT ROW_COUNT() AS changed_rows'

const act = (want: Wanted): Change => ({
  do: 'run',
  summary: summaryOf(queries(want.query)),
  script: fed(
    sh`${CLIENT_LIBRARY}
must_be_installed
client ${want.login_unix_socket} --xml`,
    statements(
      ...(want.login_db === '' ? [] : [`USE ${identifier(want.login_db)}`]),
      ...(want.single_transaction ? ['START TRANSACTION'] : []),
      ...written(want).flatMap(statement => [statement, COUNT]),
      ...(want.single_transaction ? ['COMMIT'] : []),
    ),
  ),
  effects: statementEffects({
    texts: written(want),
    database: want.login_db,
    socket: want.login_unix_socket,
    reason: NOT_RUN,
  }),
  scope: statementScope(written(want)),
  act: { kind: 'unproved' },
})

/** As they are written, without the values that are put into them. */
const summaryOf = (all: readonly string[]): string => {
  const [first = '', ...others] = all
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  return `run ${shown(first.trim())}${more}`
}

/** Rows and counts of the statements of an act: each one's rows end with its count. */
const resultsOf = (outcomes: readonly Outcome[]): { rows: readonly Row[]; count: number }[] => {
  const results: { rows: readonly Row[]; count: number }[] = []
  let rows: readonly Row[] = []
  for (const set of readXml(outcomes[0]?.output?.stdout.toString('utf8') ?? ''))
    if (set.statement !== COUNT) rows = [...rows, ...set.rows]
    else {
      const changed = Number(set.rows[0]?.['changed_rows'] ?? 0)
      results.push({ rows, count: rows.length > 0 ? rows.length : Math.max(changed, 0) })
      rows = []
    }
  return results
}
