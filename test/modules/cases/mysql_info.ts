import { SOCKET } from '../../../src/probes/sql.ts'
import { engines } from '../../../src/probes/sqlengine.ts'
import { databases } from '../../../src/probes/sqlserver.ts'
import { is, type Case } from '../model.ts'

export const cases: readonly Case[] = [
  {
    case: 'reads a server that runs',
    args: {},
    answers: [
      is(engines, { installed: 'mysql' as const, offered: ['mysql' as const] }),
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
    answers: [is(engines, { installed: undefined, offered: ['mariadb' as const] })],
    converged: true,
  },
  {
    case: 'cannot tell without package lists',
    args: {},
    answers: [is(engines, { installed: undefined, offered: [] })],
    error: 'E_SQL_NO_ENGINE',
  },
]
