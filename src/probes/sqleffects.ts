import { becomes, unaffected, type Effect } from '../core/change.ts'
import type { Known, Probe } from '../core/probe.ts'
import { Uncertain, withFields, withUncertain } from '../core/uncertain.ts'
import { answering, type Running, type Server, type SqlQuestion } from './sql.ts'
import { sqlAccount, type SqlAccount } from './sqlaccount.ts'
import { replication, type Replication } from './sqlreplica.ts'
import {
  database,
  persistedVariable,
  variable,
  type Database,
  type UsersQuery,
} from './sqlserver.ts'
import { tablesAskedFor } from './sqltables.ts'

type Apply<Q> = (question: Q, before: () => unknown, known: Known) => unknown

/** A rule for questions of these kinds to one server. */
const rule = <Q extends SqlQuestion>(
  kinds: readonly string[] | 'all',
  socket: string,
  apply: Apply<Q>,
): Effect & { kind: 'rule' } => ({
  kind: 'rule',
  ...(kinds === 'all' ? {} : { of: kinds }),
  apply({ kind, question }, before, known) {
    if (kinds === 'all' && !kind.name.startsWith('sql ')) return unaffected
    return (question as Q).socket === socket ? apply(question as Q, before, known) : unaffected
  },
})

const unknowable = (reason: string): never => {
  throw new Uncertain(reason)
}

/** The answer that another one of a running server's becomes; one that does not run stays so. */
const altered = <A>(before: unknown, alter: (found: A) => A): unknown => {
  const server = before as Server<A> | null
  if (server?.kind !== 'running' || server.found === null) return unaffected
  return answering(server, alter(server.found))
}

// What a replica gets from its primary, by whatever statement it was made there.
const COPIED = ['sql account', 'sql database', 'sql databases', 'sql query']

/** A question of such a kind: an account has a name and a host, a database a name. */
type Copied = SqlQuestion & { readonly name?: string; readonly host?: string }

/** On the machines that copy another server: what is changed on that one may come here. */
const onReplicas = (about: (kind: string, question: Copied) => boolean): Effect => ({
  kind: 'rule',
  crosses: true,
  of: COPIED,
  apply({ kind, question }, _, known) {
    if (!about(kind.name, question as Copied)) return unaffected
    const server = known(replication((question as Copied).socket))
    if (server?.kind !== 'running' || server.found?.source === undefined) return unaffected
    return unknowable(`${server.found.source.host} may bring it`)
  },
})

const LOGGED = 'only the server knows what it has logged'

/** A transaction is in the server's log: a replica that has one of its own has diverged. */
const logged = (socket: string): Effect =>
  rule(['sql replication'], socket, (_, before) =>
    altered<Replication>(before(), found =>
      withUncertain(found, ['ownTransactions', 'hasHistory'], LOGGED),
    ),
  )

/** An account is as given from now on, or is gone (null). */
export const accountBecomes = (
  { socket, name, host }: { socket: string; name: string; host: string },
  server: Running<unknown>,
  { after, isLogged }: { after: SqlAccount | null; isLogged: boolean },
): readonly Effect[] => [
  becomes(sqlAccount(socket, name, host), answering(server, after)),
  rule<UsersQuery>(['sql query'], socket, ({ statement }) =>
    tablesAskedFor(statement) === undefined ? unknowable('it may be about accounts') : unaffected,
  ),
  ...(isLogged
    ? [
        logged(socket),
        onReplicas((kind, asked) =>
          kind === 'sql account'
            ? asked.name === name && asked.host === host
            : kind === 'sql query',
        ),
      ]
    : []),
]

/** A database is as given from now on, or is gone (null) with all that it held. */
export const databaseBecomes = (
  { socket, name }: { socket: string; name: string },
  server: Running<Database>,
  after: Database | null,
): readonly Effect[] => [
  becomes(database(socket, name), answering(server, after)),
  rule(['sql databases'], socket, (_, before) =>
    altered<readonly string[]>(before(), names => listed(names, name, after !== null)),
  ),
  rule(['sql replication'], socket, (_, before) =>
    altered<Replication>(before(), found =>
      withFields(found, { databases: listed(found.databases, name, after !== null) }),
    ),
  ),
  rule<UsersQuery>(['sql query'], socket, ({ statement, database: within }, before) => {
    if (within === name && after === null) return answering(before() as Running<unknown>, null)
    const asked = tablesAskedFor(statement)
    if (asked === undefined) return unknowable(`it may be about the database ${name}`)
    const hasNone = asked === name && (server.found === null || after === null)
    return hasNone ? answering(before() as Running<unknown>, []) : unaffected
  }),
  logged(socket),
  onReplicas(
    (kind, asked) => kind !== 'sql account' && (kind !== 'sql database' || asked.name === name),
  ),
]

const listed = (names: readonly string[], name: string, there: boolean): readonly string[] => {
  const others = names.filter(other => other !== name)
  return there ? [...others, name].sort() : others
}

/** A setting is as given from now on, and after the next start if it is kept. */
export const variableBecomes = (
  { socket, name }: { socket: string; name: string },
  server: Running<string>,
  { value, isNow, isKept }: { value: string; isNow: boolean; isKept: boolean },
): readonly Effect[] => [
  ...(isNow ? [becomes(variable(socket, name), answering(server, value))] : []),
  ...(isKept ? [becomes(persistedVariable(socket, name), answering(server, value))] : []),
  rule<UsersQuery>(['sql query'], socket, ({ statement }) =>
    tablesAskedFor(statement) === undefined ? unknowable(`it may be about ${name}`) : unaffected,
  ),
  rule(['sql replication'], socket, (_, before) =>
    /read_only/i.test(name)
      ? altered<Replication>(before(), found =>
          withUncertain(found, ['readOnly'], `${name} decides`),
        )
      : unaffected,
  ),
]

/** Data and tables change; accounts, databases and settings stay as they are. */
export const dataChanges = (socket: string, reason: string): readonly Effect[] => [
  rule(['sql query'], socket, () => unknowable(reason)),
  logged(socket),
  onReplicas(kind => kind === 'sql query'),
]

/** Nothing that the server answers can be known any more. */
export const serverUnknown = (socket: string, reason: string): readonly Effect[] => [
  rule('all', socket, () => unknowable(reason)),
  onReplicas(() => true),
]

/** The server's own log alone grows. */
export const logGrows = (socket: string): readonly Effect[] => [logged(socket)]

/** A replica holds what its primary does: it is copied now, or catches up. */
export const copiesPrimary = (
  socket: string,
  server: Running<Replication>,
  { after, host }: { after: Replication; host: string },
): readonly Effect[] => [
  becomes(
    replication(socket),
    answering(server, withUncertain(after, ['databases'], `${host} has them`)),
  ),
  rule([...COPIED, 'sql variable', 'sql persisted variable'], socket, () =>
    unknowable(`it will be as on ${host}`),
  ),
]

const isSql = (probe: Probe<unknown>): boolean => probe.kind.name.startsWith('sql ')

const SERVERS = ['mysql.service', 'mysqld.service', 'mariadb.service']

/** What starting, stopping or restarting a unit makes of a database server's answers. */
export const unitServes = (verb: 'start' | 'stop' | 'restart' | 'reload', id: string): Effect[] => {
  if (!SERVERS.includes(id) || verb === 'reload') return []
  return [
    {
      kind: 'rule',
      apply(probe, before) {
        if (!isSql(probe)) return unaffected
        const server = before() as Server<unknown> | null
        if (server === null || server.kind === 'not installed') return unaffected
        if (verb === 'stop')
          return { kind: 'stopped', engine: server.engine, message: `${id} will be stopped` }
        if (server.kind === 'stopped') return unknowable(`known only once ${id} has been started`)
        return verb === 'restart' ? restarted(probe, server, id) : unaffected
      },
    },
  ]
}

/** Settings are read anew, and a replica's threads run again. */
const restarted = (probe: Probe<unknown>, server: Running<unknown>, id: string): unknown => {
  const reason = `known only once ${id} has been restarted`
  if (probe.kind.name === 'sql variable') return unknowable(reason)
  if (probe.kind.name === 'sql query')
    return tablesAskedFor((probe.question as UsersQuery).statement) === undefined
      ? unknowable(reason)
      : unaffected
  if (probe.kind.name !== 'sql replication') return unaffected
  const found = server.found as Replication | null
  if (found === null) return unaffected
  const copies = found.source !== undefined
  const settled = !copies || (found.receiver.running === 'yes' && found.applier.running === 'yes')
  const open = settled ? (['readOnly'] as const) : (['readOnly', 'receiver', 'applier'] as const)
  return answering(server, withUncertain(found, open, reason))
}
