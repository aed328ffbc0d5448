import type { Change } from '../core/change.ts'
import { fieldsDiff } from '../core/diff.ts'
import { UserError } from '../core/error.ts'
import { defineModule, type Result } from '../core/module.ts'
import { oneOf, optional, text, withDefault } from '../core/schema.ts'
import { path } from '../core/shapes.ts'
import { fed } from '../core/shell.ts'
import { mustRun, SOCKET, SQL_SCOPE } from '../probes/sql.ts'
import { identifier, literal, runStatements, statements } from '../probes/sqlclient.ts'
import { variableBecomes } from '../probes/sqleffects.ts'
import { persistedVariable, variable } from '../probes/sqlserver.ts'
import { sqlWord } from './mysql/words.ts'

/** A variable set globally is lost at a restart; persisted, MySQL keeps it in its data directory. */
export const mysqlVariables = defineModule({
  name: 'mysql_variables',
  summary: 'Reads or sets a global variable of the database server.',
  crossesMachines: true,
  params: {
    variable: sqlWord('Name of the variable.'),
    value: optional(text('Its value; without one the variable is only read.')),
    mode: withDefault(
      oneOf(['global', 'persist', 'persist_only'], 'Now, now and after restarts, or after them.'),
      'global',
    ),
    login_unix_socket: withDefault(path("The server's socket."), SOCKET),
  },

  touches: SQL_SCOPE,

  probes: want => ({
    now: variable(want.login_unix_socket, want.variable),
    kept:
      want.mode === 'global' ? undefined : persistedVariable(want.login_unix_socket, want.variable),
  }),

  plan(want, actual): readonly Change[] {
    const server = mustRun(actual.now)
    const kept = want.mode === 'global' ? null : mustRun(actual.kept)
    if (server.found === null)
      throw new UserError('E_SQL_VARIABLE', `there is no variable "${want.variable}"`)
    if (kept?.engine === 'mariadb')
      throw new UserError('E_SQL_PERSIST', 'MariaDB cannot persist a variable', {
        hint: 'write it to a file of /etc/mysql/mariadb.conf.d instead',
      })
    const { value } = want
    if (value === undefined) return []
    const isNow = want.mode === 'persist_only' || same(server.found, value)
    const isKept = want.mode === 'global' || same(kept?.found, value)
    if (isNow && isKept) return []
    const [live, stored] = [want.variable, `${want.variable}, also after a restart`]
    const now = { [live]: server.found, [stored]: kept?.found ?? null }
    const wanted = { ...(isNow ? {} : { [live]: value }), ...(isKept ? {} : { [stored]: value }) }
    return [
      {
        do: 'run',
        summary: `set ${want.variable} to ${value}`,
        script: fed(
          runStatements(want.login_unix_socket),
          statements(
            `SET ${want.mode.toUpperCase()} ${identifier(want.variable)} = ${written(value)}`,
          ),
        ),
        effects: variableBecomes({ socket: want.login_unix_socket, name: want.variable }, server, {
          value,
          isNow: want.mode !== 'persist_only',
          isKept: want.mode !== 'global',
        }),
        scope: SQL_SCOPE,
        diff: fieldsDiff('variables', now, wanted),
      },
    ]
  },

  result: (want, _before, after): Result => ({
    msg: after.now?.kind === 'running' ? after.now.found : null,
    variable: want.variable,
  }),
})

const isNumber = (value: string): boolean => /^-?\d+(\.\d+)?$/.test(value)

/** A number must not be quoted, a text must be. */
const written = (value: string): string => (isNumber(value) ? value : literal(value))

const SWITCH: Readonly<Record<string, string>> = { '1': 'ON', '0': 'OFF', TRUE: 'ON', FALSE: 'OFF' }

const canonical = (value: string): string => SWITCH[value.toUpperCase()] ?? value.toUpperCase()

/** Switches are shown as ON and OFF, whatever they were set by. */
const same = (have: string | null | undefined, want: string): boolean =>
  have !== null && have !== undefined && (have === want || canonical(have) === canonical(want))
