import type { Change } from '../core/change.ts'
import { fieldsDiff } from '../core/diff.ts'
import { defineModule, type Prepared, type Result } from '../core/module.ts'
import { absolutePath, alias, boolean, integer, secret, withDefault } from '../core/schema.ts'
import { host, line, path } from '../core/shapes.ts'
import type { Script } from '../core/shell.ts'
import { path as place } from '../core/probe.ts'
import { mustRun, SOCKET, SQL_SCOPE, type Server } from '../probes/sql.ts'
import { copiesPrimary } from '../probes/sqleffects.ts'
import { replication, type Replication, type Source } from '../probes/sqlreplica.ts'
import { standing, type Standing } from '../probes/sqlstanding.ts'
import { isSetUp, settled } from './mysql/link.ts'
import { refusal } from './mysql/refusal.ts'
import { lazily } from './result.ts'
import { followScript, seedScript, startScript, type Link, type Replica } from './mysql/seed.ts'

const params = {
  primary_host: alias(
    host('The primary, by the name or address in its certificate.'),
    'source_host',
  ),
  primary_port: withDefault(integer("The primary's port."), 3306),
  primary_user: withDefault(
    line('Account on the primary; it needs the right to copy it.'),
    'replicator',
  ),
  primary_password: secret('Its password.'),
  primary_ssl_ca: absolutePath("Certificates that the primary's must be signed by."),
  primary_ssl_verify: withDefault(
    boolean("Whether the certificate's name must be the primary's."),
    true,
  ),
  connect_retry: withDefault(integer('Seconds between tries to reach the primary.'), 5),
  reseed: withDefault(
    boolean(
      "Throw the server's data away and copy the primary's where it cannot replicate otherwise.",
    ),
    false,
  ),
  login_unix_socket: withDefault(path("The server's socket."), SOCKET),
}

type Wanted = Prepared<typeof params, undefined>

/**
 * Makes the server a replica of the primary, by GTID and over TLS, and keeps it one.
 *
 * A server without data, transactions or source is seeded: MySQL clones the primary, MariaDB loads
 * a dump that it takes from it. A replica whose threads stand still is started; one that cannot
 * reach the primary is told anew how to. Whatever would lose data is refused with the reason: a
 * server with data of its own, a replica of another primary, one that has broken (an applier's
 * error) or diverged (transactions of its own). `reseed` alone rebuilds those; a healthy replica
 * is left as it is. Proved by a fresh reading: both threads run, without error.
 */
export const mysqlReplica = defineModule({
  name: 'mysql_replica',
  summary: 'Ensures that a database server is a replica, seeded from its primary.',
  crossesMachines: true,
  params,
  probes: want => ({ replication: replication(want.login_unix_socket) }),
  plan(want, actual): readonly Change[] {
    const server = mustRun(actual.replication)
    const replica: Replica = {
      socket: want.login_unix_socket,
      engine: server.engine,
      // Only a server that is there already is wiped, which takes its version's words.
      get version() {
        return server.version
      },
    }
    const have = server.found ?? undefined
    if (have === undefined) throw new Error('a server always says whether it replicates')
    const link = linkOf(want)
    const step = nextStep(want, have, link)
    if (step === undefined) return []
    const after = settled(replica.engine, link, have)
    return [
      {
        do: 'run',
        summary: summaries[step](link.host),
        script: scriptFor(step, replica, link, have),
        effects: copiesPrimary(want.login_unix_socket, server, { after, host: link.host }),
        // A clone replaces the whole data directory and restarts the server.
        scope: step === 'seed' || step === 'reseed' ? 'everything' : SQL_SCOPE,
        diff: fieldsDiff('replica', shown(have, after), shown(after, after)),
      },
    ]
  },
  reach: () => [...SQL_SCOPE, ...SEEDED],
  result: (_want, _before, after): Result => resultOf(after.replication),
})

// What a seed touches, besides the server's answers.
const SEEDED = [
  place('/var/lib/mysql'),
  place('/run/mysqld'),
  { realm: 'unit', name: 'mysql.service' },
  { realm: 'unit', name: 'mariadb.service' },
] as const

type Step = 'seed' | 'reseed' | 'follow' | 'start'

const summaries: Readonly<Record<Step, (host: string) => string>> = {
  seed: host => `seed the replica from ${host} and start it`,
  reseed: host => `throw the data away, seed the replica from ${host} and start it`,
  follow: host => `tell the replica how to follow ${host}`,
  start: host => `start replication from ${host}`,
}

const nextStep = (want: Wanted, have: Replication, link: Link): Step | undefined => {
  const now: Standing = standing(have, link)
  if (now.kind === 'pristine') return 'seed'
  const refused = refusal(now, link)
  if (refused !== undefined) {
    if (want.reseed) return 'reseed'
    throw refused
  }
  if (now.kind === 'cut off' || !isSetUp(have.source, link)) return 'follow'
  return now.kind === 'stopped' ? 'start' : undefined
}

const scriptFor = (step: Step, replica: Replica, link: Link, have: Replication): Script => {
  switch (step) {
    case 'seed':
      return seedScript(replica, link, undefined)
    case 'reseed':
      return seedScript(replica, link, { databases: have.databases })
    case 'follow':
      return followScript(replica, link)
    case 'start':
      return startScript(replica)
  }
}

const linkOf = (want: Wanted): Link => ({
  host: want.primary_host,
  port: want.primary_port,
  user: want.primary_user,
  password: want.primary_password,
  ca: want.primary_ssl_ca,
  verify: want.primary_ssl_verify,
  retry: want.connect_retry,
})

const shown = (of: Replication, wanted: Replication): Record<string, string | null> => ({
  ...sourceShown(of.source, wanted.source?.passwordHash ?? null),
  'receiver runs': of.source === undefined ? null : of.receiver.running,
  'applier runs': of.source === undefined ? null : of.applier.running,
})

const sourceShown = (
  source: Source | undefined,
  wantedHash: string | null,
): Record<string, string | null> =>
  source === undefined
    ? {}
    : {
        source: `${source.user}@${source.host}:${source.port}`,
        password:
          source.passwordHash === null || source.passwordHash === wantedHash
            ? 'as wanted'
            : 'another',
        tls: source.verified ? 'verified' : source.tls ? 'yes' : 'no',
        ca: source.ca,
        'by gtid': source.byGtid ? 'yes' : 'no',
        'seconds between tries': String(source.retry),
      }

const resultOf = (server: Server<Replication> | null): Result => {
  const { found } = mustRun(server)
  return lazily({
    Is_Replica: () => found?.source !== undefined,
    source_host: () => found?.source?.host ?? null,
    io_running: () => found?.receiver.running ?? null,
    sql_running: () => found?.applier.running ?? null,
    read_only: () => found?.readOnly ?? null,
  })
}
