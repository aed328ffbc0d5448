import type { Change } from '../core/change.ts'
import { fieldsDiff } from '../core/diff.ts'
import { defineModule, type Prepared } from '../core/module.ts'
import { alias, list, oneOf, optional, withDefault } from '../core/schema.ts'
import { line, path } from '../core/shapes.ts'
import { fed } from '../core/shell.ts'
import { mustRun, SOCKET, SQL_SCOPE, type Running } from '../probes/sql.ts'
import { identifier, runStatements, statements } from '../probes/sqlclient.ts'
import { databaseBecomes } from '../probes/sqleffects.ts'
import { database, type Database } from '../probes/sqlserver.ts'
import { sqlWord } from './mysql/words.ts'

const params = {
  name: alias(list(line('Name.'), 'Names of the databases.'), 'db'),
  encoding: optional(sqlWord('Default character set, such as utf8mb4; left alone when omitted.')),
  collation: optional(sqlWord('Default collation; left alone when omitted.')),
  state: withDefault(oneOf(['present', 'absent'], 'Whether the databases exist.'), 'present'),
  login_unix_socket: withDefault(path("The server's socket."), SOCKET),
}

type Wanted = Prepared<typeof params, undefined>

/** The defaults of a database hold for tables that are made later; existing ones keep theirs. */
export const mysqlDb = defineModule({
  name: 'mysql_db',
  summary: 'Ensures that databases exist, or do not.',
  crossesMachines: true,
  params,
  touches: SQL_SCOPE,
  probes: want =>
    Object.fromEntries(want.name.map(name => [name, database(want.login_unix_socket, name)])),
  plan: (want, actual) =>
    want.name.flatMap(name => planOne(want, name, mustRun(actual[name] ?? null))),
  result: want => ({ db: want.name.join(' '), db_list: want.name }),
})

const planOne = (want: Wanted, name: string, server: Running<Database>): readonly Change[] => {
  const have = server.found
  const on = { want, name, server, have }
  if (want.state === 'absent')
    return have === null ? [] : [change(on, 'remove', `DROP DATABASE ${identifier(name)}`, null)]
  const after: Database = {
    encoding: want.encoding ?? have?.encoding ?? "(server's)",
    collation: want.collation ?? have?.collation ?? "(server's)",
  }
  if (have !== null && same(have, after)) return []
  const verb = have === null ? 'CREATE' : 'ALTER'
  return [
    change(
      on,
      have === null ? 'add' : 'change',
      `${verb} DATABASE ${identifier(name)}${defaults(want)}`,
      after,
    ),
  ]
}

// utf8mb3 is what both servers call utf8.
const canonical = (name: string): string => name.toLowerCase().replace(/^utf8(?=_|$)/, 'utf8mb3')

const same = (one: Database, other: Database): boolean =>
  canonical(one.encoding) === canonical(other.encoding) &&
  canonical(one.collation) === canonical(other.collation)

const defaults = ({ encoding, collation }: Wanted): string =>
  (encoding === undefined ? '' : ` CHARACTER SET ${identifier(encoding)}`) +
  (collation === undefined ? '' : ` COLLATE ${identifier(collation)}`)

interface On {
  readonly want: Wanted
  readonly name: string
  readonly server: Running<Database>
  readonly have: Database | null
}

const change = (
  { want, name, server, have }: On,
  verb: string,
  statement: string,
  after: Database | null,
): Change => ({
  do: 'run',
  summary: `${verb} database ${name}`,
  script: fed(runStatements(want.login_unix_socket), statements(statement)),
  effects: databaseBecomes({ socket: want.login_unix_socket, name }, server, after),
  scope: SQL_SCOPE,
  diff: fieldsDiff(`database ${name}`, fields(have), after === null ? gone(have) : fields(after)),
})

const fields = (of: Database | null): Record<string, string | null> =>
  of === null ? {} : { encoding: of.encoding, collation: of.collation }

const gone = (of: Database | null): Record<string, null> =>
  Object.fromEntries(Object.keys(fields(of)).map(name => [name, null]))
