import { SOCKET, type Engine, type Server } from '../../../src/probes/sql.ts'
import { persistedVariable, variable } from '../../../src/probes/sqlserver.ts'
import { is, type Case } from '../model.ts'

const running = (found: string | null, engine: Engine = 'mysql'): Server<string> => ({
  kind: 'running',
  engine,
  version: '9.7.4-2',
  found,
})
const now = (name: string, found: string | null) => is(variable(SOCKET, name), running(found))
const kept = (name: string, found: string | null, engine?: Engine) =>
  is(persistedVariable(SOCKET, name), running(found, engine))

export const cases: readonly Case[] = [
  {
    case: 'sets what differs',
    args: { variable: 'max_connections', value: 200 },
    answers: [now('max_connections', '151')],
    changes: ['set max_connections to 200'],
  },
  {
    case: 'knows a switch by any of its names',
    args: { variable: 'read_only', value: '1' },
    answers: [now('read_only', 'ON')],
    converged: true,
  },
  {
    case: 'only reads without a value',
    args: { variable: 'read_only' },
    answers: [now('read_only', 'ON')],
    converged: true,
  },
  {
    case: 'persists what is set already, but not for good',
    args: { variable: 'max_connections', value: '200', mode: 'persist' },
    answers: [now('max_connections', '200'), kept('max_connections', null)],
    changes: ['set max_connections to 200'],
  },
  {
    case: 'persists without setting now',
    args: { variable: 'max_connections', value: '200', mode: 'persist_only' },
    answers: [now('max_connections', '151'), kept('max_connections', null)],
    changes: ['set max_connections to 200'],
  },
  {
    case: 'knows no such variable',
    args: { variable: 'max_conections', value: '200' },
    answers: [now('max_conections', null)],
    error: 'E_SQL_VARIABLE',
  },
  {
    case: 'cannot persist with MariaDB',
    args: { variable: 'max_connections', value: '200', mode: 'persist' },
    answers: [now('max_connections', '151'), kept('max_connections', null, 'mariadb')],
    error: 'E_SQL_PERSIST',
  },
]
