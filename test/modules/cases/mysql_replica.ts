import { createHash } from 'node:crypto'
import { SOCKET, type Engine, type Server } from '../../../src/probes/sql.ts'
import { replication, type Replication } from '../../../src/probes/sqlreplica.ts'
import { replica, RUNS, SOURCE, still, unused } from '../../probes/sqlsamples.ts'
import { is, type Case } from '../model.ts'
import { bringsServer, noServer } from '../mysql/newserver.ts'

const at = (found: Replication, engine: Engine = 'mysql') => [
  is<Server<Replication>>(replication(SOCKET), {
    kind: 'running',
    engine,
    version: '9.7.4-2',
    found,
  }),
]
const args = {
  primary_host: 'db1',
  primary_password: 'open sesame',
  primary_ssl_ca: '/etc/mysql/tls/ca.crt',
}
const hash = (password: string) => createHash('sha256').update(password).digest('hex')
const broken = replica({ applier: still(1062, 'duplicate') })

export const cases: readonly Case[] = [
  {
    case: 'seeds an unused MySQL',
    args,
    answers: at(unused()),
    changes: ['seed the replica from db1 and start it'],
  },
  {
    case: 'seeds an unused MariaDB',
    args,
    answers: at(unused(), 'mariadb'),
    changes: ['seed the replica from db1 and start it'],
  },
  {
    case: 'will seed a host that has no server yet',
    args,
    answers: [noServer(replication(SOCKET))],
    earlier: bringsServer('mysql'),
    changes: ['seed the replica from db1 and start it'],
  },
  { case: 'leaves a healthy replica', args, answers: at(replica(), 'mariadb'), converged: true },
  {
    case: 'knows the password by its hash',
    args,
    answers: at(replica({ source: { ...SOURCE, passwordHash: hash('open sesame') } })),
    converged: true,
  },
  {
    case: 'hands a new password on',
    args,
    answers: at(replica({ source: { ...SOURCE, passwordHash: hash('old') } })),
    changes: ['tell the replica how to follow db1'],
  },
  {
    case: 'demands TLS',
    args,
    answers: at(replica({ source: { ...SOURCE, tls: false, verified: false } })),
    changes: ['tell the replica how to follow db1'],
  },
  {
    case: 'starts threads that were stopped',
    args,
    answers: at(replica({ receiver: still(), applier: still() }), 'mariadb'),
    changes: ['start replication from db1'],
  },
  {
    case: 'tells a replica anew that cannot reach the primary',
    args,
    answers: at(replica({ receiver: { ...RUNS, running: 'connecting', errorNumber: 2003 } })),
    changes: ['tell the replica how to follow db1'],
  },
  { case: 'reports a broken replica', args, answers: at(broken), error: 'E_REPLICA_BROKEN' },
  {
    case: 'reports a replica that has diverged',
    args,
    answers: at(replica({ ownTransactions: 'u:1' })),
    error: 'E_REPLICA_DIVERGED',
  },
  {
    case: 'refuses a server with data of its own',
    args,
    answers: at(unused({ databases: ['shop'] })),
    error: 'E_TOPOLOGY_CHANGE',
  },
  {
    case: 'refuses a replica of another',
    args,
    answers: at(replica({ source: { ...SOURCE, host: 'db9' } })),
    error: 'E_TOPOLOGY_CHANGE',
  },
  {
    case: 'rebuilds a broken replica when asked',
    args: { ...args, reseed: true },
    answers: at(broken, 'mariadb'),
    changes: ['throw the data away, seed the replica from db1 and start it'],
  },
  {
    case: 'rebuilds no healthy replica',
    args: { ...args, reseed: true },
    answers: at(replica(), 'mariadb'),
    converged: true,
  },
  {
    case: 'cannot judge a stopped server',
    args,
    answers: [
      is<Server<Replication>>(replication(SOCKET), {
        kind: 'stopped',
        engine: 'mysql',
        message: 'ERROR 2002',
      }),
    ],
    error: 'E_SQL_STOPPED',
  },
]
