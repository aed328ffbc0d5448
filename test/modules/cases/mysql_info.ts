import { packageLists } from '../../../src/probes/apt.ts'
import { SOCKET } from '../../../src/probes/sql.ts'
import { engines } from '../../../src/probes/sqlengine.ts'
import { databases } from '../../../src/probes/sqlserver.ts'
import { is, type Case } from '../model.ts'
import { bringsServer, noServer } from '../mysql/newserver.ts'

export const cases: readonly Case[] = [
  {
    case: 'reads a server that runs',
    args: {},
    answers: [
      is(engines, { installed: 'mysql' as const, offered: ['mysql' as const], hasLists: true }),
      is(databases(SOCKET), {
        kind: 'running' as const,
        engine: 'mysql' as const,
        version: '9.7.4-2',
        found: ['mysql', 'app'],
      }),
    ],
    converged: true,
  },
  {
    case: 'reads what the package lists offer',
    args: {},
    answers: [is(engines, { installed: undefined, offered: ['mariadb' as const], hasLists: true })],
    converged: true,
  },
  {
    case: 'knows the engine that an earlier task will have installed',
    args: {},
    answers: [
      is(engines, { installed: 'mariadb' as const, offered: [], hasLists: false }),
      noServer(databases(SOCKET)),
    ],
    earlier: bringsServer('mariadb'),
    converged: true,
  },
  {
    case: 'waits for package lists that a dry run has modelled',
    args: {},
    answers: [
      is(engines, { installed: undefined, offered: [], hasLists: false }),
      is(packageLists(), { present: true, fetched: 1, age: 0 }),
    ],
    converged: true,
  },
  {
    case: 'cannot tell without package lists',
    args: {},
    answers: [is(engines, { installed: undefined, offered: [], hasLists: true })],
    error: 'E_SQL_NO_ENGINE',
  },
]
