import { UserError } from '../core/error.ts'
import { defineModule } from '../core/module.ts'
import { boolean, integer, oneOf, optional, withDefault } from '../core/schema.ts'
import { host, path } from '../core/shapes.ts'
import { SOCKET } from '../probes/sql.ts'
import { engines } from '../probes/sqlengine.ts'
import { replication, type Replication } from '../probes/sqlreplica.ts'
import { standing } from '../probes/sqlstanding.ts'
import { refusal } from './mysql/refusal.ts'

/**
 * Changes nothing: it stands before the first task that would, so that a host which is something
 * else than the inventory says is refused before its configuration is touched. A server that is
 * not installed, or stopped, is let through; mysql_replica asks again once it runs.
 */
export const mysqlTopology = defineModule({
  name: 'mysql_topology',
  summary: 'Refuses a host whose database server is not what it is asked to be.',
  crossesMachines: true,
  params: {
    engine: oneOf(['mysql', 'mariadb'], 'The engine that the host is asked to run.'),
    role: oneOf(['primary', 'replica'], 'What the host is asked to be.'),
    primary_host: optional(host('For a replica: the primary, as the replica connects to it.')),
    primary_port: withDefault(integer("The primary's port."), 3306),
    reseed: withDefault(
      boolean('Lets a replica be rebuilt that is broken or something else.'),
      false,
    ),
    login_unix_socket: withDefault(path("The server's socket."), SOCKET),
  },
  check: want =>
    want.role === 'replica' && want.primary_host === undefined
      ? 'role: replica needs primary_host'
      : undefined,
  touches: [],
  probes: want => ({ engines, replication: replication(want.login_unix_socket) }),
  plan(want, actual) {
    const installed = actual.engines?.installed
    if (installed !== undefined && installed !== want.engine)
      throw new UserError('E_ENGINE_CHANGE', `this host runs ${installed}, not ${want.engine}`, {
        hint: `data does not move from one engine to the other by itself; set mysql_engine: ${installed}`,
      })
    const server = actual.replication
    const found = server?.kind === 'running' ? server.found : null
    const refused = found === null ? undefined : refusedFor(want, found)
    if (refused !== undefined) throw refused
    return []
  },
  result: (_want, _before, after) => ({ engine: after.engines?.installed ?? null }),
})

interface Asked {
  readonly role: 'primary' | 'replica'
  readonly primary_host: string | undefined
  readonly primary_port: number
  readonly reseed: boolean
}

const refusedFor = (asked: Asked, found: Replication): UserError | undefined => {
  if (asked.role === 'primary') return replicaAskedToLead(found)
  const primary = { host: asked.primary_host ?? '', port: asked.primary_port }
  return asked.reseed ? undefined : refusal(standing(found, primary), primary)
}

const replicaAskedToLead = ({ source }: Replication): UserError | undefined =>
  source &&
  new UserError(
    'E_TOPOLOGY_CHANGE',
    `this server is a replica of ${source.host}:${source.port} and is asked to be the primary`,
    {
      hint: 'promotion is a step of its own: it must know that the old primary takes no more writes',
    },
  )
