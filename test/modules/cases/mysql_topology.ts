import { SOCKET, type Engine, type Server } from '../../../src/probes/sql.ts'
import { engines } from '../../../src/probes/sqlengine.ts'
import { replication, type Replication } from '../../../src/probes/sqlreplica.ts'
import { replica, SOURCE, still, unused } from '../../probes/sqlsamples.ts'
import { is, type Case } from '../model.ts'

const at = (found: Replication, engine: Engine = 'mysql') => [
  is(engines, { installed: engine, offered: [], hasLists: true }),
  is<Server<Replication>>(replication(SOCKET), { kind: 'running', engine, version: '', found }),
]
const asPrimary = { engine: 'mysql', role: 'primary' }
const asReplica = { engine: 'mysql', role: 'replica', primary_host: 'db1' }

export const cases: readonly Case[] = [
  { case: 'lets a bare host through', args: asReplica, converged: true },
  {
    case: 'lets a stopped server through, to be asked once it runs',
    args: asReplica,
    answers: [
      is(engines, { installed: 'mysql' as const, offered: [], hasLists: true }),
      is<Server<Replication>>(replication(SOCKET), {
        kind: 'stopped',
        engine: 'mysql',
        message: 'ERROR 2002',
      }),
    ],
    converged: true,
  },
  { case: 'knows the replica', args: asReplica, answers: at(replica()), converged: true },
  {
    case: 'knows the primary',
    args: asPrimary,
    answers: at(unused({ ownTransactions: 'u:1', databases: ['app'], hasHistory: true })),
    converged: true,
  },
  {
    case: 'refuses to exchange the engine',
    args: { ...asPrimary, engine: 'mariadb' },
    answers: at(unused()),
    error: 'E_ENGINE_CHANGE',
  },
  {
    case: 'refuses a replica that is asked to lead',
    args: asPrimary,
    answers: at(replica()),
    error: 'E_TOPOLOGY_CHANGE',
  },
  {
    case: 'refuses a primary that is asked to follow',
    args: asReplica,
    answers: at(unused({ databases: ['app'] })),
    error: 'E_TOPOLOGY_CHANGE',
  },
  {
    case: 'refuses a replica of another primary',
    args: asReplica,
    answers: at(replica({ source: { ...SOURCE, host: 'db9' } })),
    error: 'E_TOPOLOGY_CHANGE',
  },
  {
    case: 'reports a broken replica',
    args: asReplica,
    answers: at(replica({ applier: still(1062, 'duplicate') })),
    error: 'E_REPLICA_BROKEN',
  },
  {
    case: 'reports a replica that has diverged',
    args: asReplica,
    answers: at(replica({ ownTransactions: 'u:1' })),
    error: 'E_REPLICA_DIVERGED',
  },
  {
    case: 'lets a broken replica be rebuilt when asked',
    args: { ...asReplica, reseed: true },
    answers: at(replica({ applier: still(1062, 'duplicate') })),
    converged: true,
  },
  {
    case: 'does not make a primary of a replica, whatever is asked',
    args: { ...asPrimary, reseed: true },
    answers: at(replica()),
    error: 'E_TOPOLOGY_CHANGE',
  },
]
