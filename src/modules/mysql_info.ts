import { UserError } from '../core/error.ts'
import { defineModule, type Result } from '../core/module.ts'
import { withDefault } from '../core/schema.ts'
import { path } from '../core/shapes.ts'
import { withUncertain } from '../core/uncertain.ts'
import { packageLists, type Lists } from '../probes/apt.ts'
import { SOCKET, type Server } from '../probes/sql.ts'
import { engines, type Engines } from '../probes/sqlengine.ts'
import { databases } from '../probes/sqlserver.ts'

/** Reads only: which engine the host has, or else would get from its package lists. */
export const mysqlInfo = defineModule({
  name: 'mysql_info',
  summary: "Tells the host's database engine, its version and its databases.",
  params: {
    login_unix_socket: withDefault(path("The server's socket."), SOCKET),
  },
  probes: want => ({
    engines,
    lists: packageLists(),
    databases: databases(want.login_unix_socket),
  }),
  plan(_want, actual) {
    const { installed, offered } = actual.engines ?? NONE
    if (installed === undefined && offered.length === 0 && !isYetToBeSeen(actual))
      throw new UserError('E_SQL_NO_ENGINE', 'no database server is installed or on offer', {
        hint: 'refresh the package lists first: apt with update_cache: true',
      })
    return []
  },
  result(_want, _before, after): Result {
    const { installed, offered } = after.engines ?? NONE
    const engine = installed ?? offered[0]
    const known = {
      engine,
      server_engine: engine === 'mariadb' ? 'MariaDB' : 'MySQL',
      installed: installed !== undefined,
      running: after.databases?.kind === 'running',
      ...serverFacts(after.databases),
    }
    if (engine !== undefined || !isYetToBeSeen(after)) return known
    return withUncertain(
      known,
      ['engine', 'server_engine'],
      'the package lists are yet to be fetched',
    )
  },
})

const NONE: Engines = { installed: undefined, offered: [], hasLists: false }

/** A dry run has package lists that were only modelled: what they offer was not to be seen. */
const isYetToBeSeen = (actual: { engines: Engines | null; lists: Lists | null }): boolean =>
  actual.engines?.hasLists === false && actual.lists?.present === true

const serverFacts = (server: Server<readonly string[]> | null): Result => {
  if (server?.kind !== 'running') return { version: {}, databases: {} }
  const [full, major, minor, release] = /^(\d+)\.(\d+)\.(\d+)/.exec(server.version) ?? []
  return {
    version: {
      full: server.version,
      short: full,
      major: Number(major),
      minor: Number(minor),
      release: Number(release),
    },
    databases: Object.fromEntries((server.found ?? []).map(name => [name, {}])),
  }
}
