import { SOCKET, type Server } from '../../../src/probes/sql.ts'
import { database, type Database } from '../../../src/probes/sqlserver.ts'
import { is, type Case } from '../model.ts'
import { bringsServer, noServer } from '../mysql/newserver.ts'

const running = (found: Database | null): Server<Database> => ({
  kind: 'running',
  engine: 'mariadb',
  version: '11.8.6-MariaDB',
  found,
})
const app = { encoding: 'utf8mb4', collation: 'utf8mb4_uca1400_ai_ci' }
const at = (name: string, found: Database | null) => is(database(SOCKET, name), running(found))

export const cases: readonly Case[] = [
  {
    case: 'adds those that are missing',
    args: { name: 'app,blog', encoding: 'utf8mb4' },
    answers: [at('app', app), at('blog', null)],
    changes: ['add database blog'],
  },
  {
    case: 'adds on a host where the server is yet to be installed',
    args: { name: 'app' },
    answers: [noServer(database(SOCKET, 'app'))],
    earlier: bringsServer('mariadb'),
    changes: ['add database app'],
  },
  {
    case: 'has nothing to remove from a server that is yet to be installed',
    args: { name: 'test', state: 'absent' },
    answers: [noServer(database(SOCKET, 'test'))],
    earlier: bringsServer('mysql'),
    converged: true,
  },
  {
    case: 'names a missing server',
    args: { name: 'app' },
    answers: [noServer(database(SOCKET, 'app'))],
    error: 'E_SQL_NO_SERVER',
  },
  {
    case: 'leaves the defaults alone that nobody named',
    args: { name: 'app' },
    answers: [at('app', app)],
    converged: true,
  },
  {
    case: 'changes the collation',
    args: { name: 'app', encoding: 'utf8mb4', collation: 'utf8mb4_bin' },
    answers: [at('app', app)],
    changes: ['change database app'],
  },
  {
    case: 'takes utf8 for what the server calls utf8mb3',
    args: { name: 'app', encoding: 'UTF8' },
    answers: [at('app', { encoding: 'utf8mb3', collation: 'utf8mb3_general_ci' })],
    converged: true,
  },
  {
    case: 'removes',
    args: { name: 'test', state: 'absent' },
    answers: [at('test', app)],
    changes: ['remove database test'],
  },
  {
    case: 'has nothing to remove',
    args: { name: 'test', state: 'absent' },
    answers: [at('test', null)],
    converged: true,
  },
  {
    case: 'does not take a stopped server for one without databases',
    args: { name: 'app' },
    answers: [
      is<Server<Database>>(database(SOCKET, 'app'), {
        kind: 'stopped',
        engine: 'mysql',
        message: 'ERROR 2002',
      }),
    ],
    error: 'E_SQL_STOPPED',
  },
]
