import { UserError } from '../core/error.ts'
import { defineModule, type Result } from '../core/module.ts'
import { withDefault } from '../core/schema.ts'
import { path } from '../core/shapes.ts'
import { withUncertain } from '../core/uncertain.ts'
import { lazily, together } from './result.ts'
import { packageLists, type Lists } from '../probes/apt.ts'
import { SOCKET, type Engine, type Server } from '../probes/sql.ts'
import { engines, type Engines } from '../probes/sqlengine.ts'
import { databases } from '../probes/sqlserver.ts'

/** Reads only: which engine the host has, or else would get from its package lists. */
export const mysqlInfo = defineModule({
  name: 'mysql_info',
  summary: "Tells the host's database engine, its version and its databases.",
  crossesMachines: true,
  params: {
    login_unix_socket: withDefault(path("The server's socket."), SOCKET),
  },
  touches: [],
  probes: want => ({
    engines,
    lists: packageLists(),
    databases: databases(want.login_unix_socket),
  }),
  plan(_want, actual) {
    const { engines: found } = actual
    if (engineOf(found) === undefined && !isYetToBeSeen(actual))
      throw new UserError('E_SQL_NO_ENGINE', 'no database server is installed or on offer', {
        hint: 'refresh the package lists first: apt with update_cache: true',
      })
    return []
  },
  result(_want, _before, after): Result {
    const open = isYetToBeSeen(after) && engineOf(after.engines) === undefined
    const names = open
      ? withUncertain({ engine: '', server_engine: '' }, ['engine', 'server_engine'], NO_LISTS_YET)
      : lazily({
          engine: () => engineOf(after.engines),
          server_engine: () => (engineOf(after.engines) === 'mariadb' ? 'MariaDB' : 'MySQL'),
        })
    const facts = lazily({
      installed: () => after.engines?.installed !== undefined,
      running: () => after.databases?.kind === 'running',
      version: () => versionOf(after.databases),
      databases: () => Object.fromEntries(namesIn(after.databases).map(name => [name, {}])),
    })
    return together(names, facts)
  },
})

const NO_LISTS_YET = 'the package lists are yet to be fetched'

/** The engine that is installed, else the one on offer. */
const engineOf = (found: Engines | null): Engine | undefined =>
  found?.installed ?? found?.offered[0]

/** A dry run has package lists that were only modelled: what they offer was not to be seen. */
const isYetToBeSeen = (actual: { engines: Engines | null; lists: Lists | null }): boolean =>
  actual.engines?.hasLists === false && actual.lists?.present === true

const namesIn = (server: Server<readonly string[]> | null): readonly string[] =>
  (server?.kind === 'running' ? server.found : null) ?? []

const versionOf = (server: Server<unknown> | null): Result => {
  if (server?.kind !== 'running') return {}
  const [full, major, minor, release] = /^(\d+)\.(\d+)\.(\d+)/.exec(server.version) ?? []
  return {
    full: server.version,
    short: full,
    major: Number(major),
    minor: Number(minor),
    release: Number(release),
  }
}
