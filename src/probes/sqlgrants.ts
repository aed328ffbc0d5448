import { UserError } from '../core/error.ts'
import { identifier } from './sqlclient.ts'

/** What an account may do on one object. */
export interface Grant {
  /** Upper case and sorted; a column's as ``SELECT (`a`)``; `ALL` alone for all of them. */
  readonly privileges: readonly string[]
  readonly grantOption: boolean
}

/** Grants by object, written as the server writes it: `*.*`, `` `db`.* ``, ``PROCEDURE `db`.`p` ``. */
export type Grants = ReadonlyMap<string, Grant>

const NO_GRANT: Grant = { privileges: [], grantOption: false }

// One name for the same privilege, whatever the engine calls it when asked.
const SYNONYMS: Readonly<Record<string, string>> = {
  'ALL PRIVILEGES': 'ALL',
  'BINLOG MONITOR': 'REPLICATION CLIENT',
  'REPLICATION REPLICA': 'REPLICATION SLAVE',
}

const QUOTED = '`(?:[^`]|``)*`'
// Names stand in backticks, so no name can pass for the ON or the TO of the sentence.
const LINE = new RegExp(
  `^GRANT ((?:[^\`(]|\\((?:${QUOTED}|[^\`)])*\\))+?) ON ` +
    `((?:PROCEDURE |FUNCTION )?(?:\\*|${QUOTED})\\.(?:\\*|${QUOTED})) TO `,
)

/**
 * Reads the rows of SHOW GRANTS. Roles and proxies are left out: they are no privileges on an
 * object. `every` names all privileges of the server, which MySQL lists where MariaDB says ALL.
 */
export const readGrants = (rows: readonly string[], every: readonly string[]): Grants => {
  const grants = new Map<string, Grant>()
  for (const row of rows) {
    const [line, privileges = '', object = ''] = LINE.exec(row) ?? []
    if (line === undefined) continue
    const before = grants.get(object) ?? NO_GRANT
    const grantOption = before.grantOption || row.includes(' WITH GRANT OPTION')
    grants.set(object, grant([...before.privileges, ...splitPrivileges(privileges)], grantOption))
  }
  const global = grants.get('*.*')
  if (global !== undefined && every.length > 0 && every.every(p => global.privileges.includes(p)))
    grants.set('*.*', { ...global, privileges: ['ALL'] })
  return dropEmpty(grants)
}

const dropEmpty = (grants: ReadonlyMap<string, Grant>): Grants =>
  new Map([...grants].filter(([, g]) => g.privileges.length > 0 || g.grantOption))

const grant = (privileges: readonly string[], grantOption: boolean): Grant => {
  const named = privileges.map(canonical).filter(p => p !== 'USAGE')
  return { privileges: named.includes('ALL') ? ['ALL'] : [...new Set(named)].sort(), grantOption }
}

/** `SELECT (b, a)` with its columns quoted and sorted; all else in upper case. */
const canonical = (privilege: string): string => {
  const [, name = '', columns] = /^([^(]*?)\s*(?:\((.*)\))?$/s.exec(privilege.trim()) ?? []
  const upper = name.toUpperCase().replaceAll(/\s+/g, ' ')
  if (columns === undefined) return SYNONYMS[upper] ?? upper
  const quoted = columns.split(',').map(column => identifier(unquoted(column.trim())))
  return `${upper} (${quoted.sort().join(', ')})`
}

const unquoted = (name: string): string =>
  name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name

/** Splits at commas outside parentheses. */
const splitPrivileges = (text: string): readonly string[] =>
  text.split(/,(?![^(]*\))/).map(part => part.trim())

/** Reads Ansible's `priv`: `db.*:SELECT,INSERT/other.t:ALL`, a dictionary or a list of such texts. */
export const wantedGrants = (priv: unknown): Grants => {
  const grants = new Map<string, Grant>()
  for (const [object, privileges] of entries(priv)) {
    const key = objectOf(object)
    const parts = splitPrivileges(privileges)
    const grantOption = parts.some(part => /^(grant|with grant option|grant option)$/i.test(part))
    const own = parts.filter(part => !/^(grant|with grant option|grant option)$/i.test(part))
    for (const part of own) refuseOther(part)
    const before = grants.get(key) ?? NO_GRANT
    grants.set(key, grant([...before.privileges, ...own], before.grantOption || grantOption))
  }
  return dropEmpty(grants)
}

/** A privilege stands in GRANT as it is: a few words, and columns in parentheses behind them. */
const PRIVILEGE = /^[a-z][a-z0-9_]*(?: +[a-z][a-z0-9_]*)*\s*(?:\(.*\))?$/is

const refuseOther = (privilege: string): void => {
  if (privilege !== '' && !PRIVILEGE.test(privilege)) throw wrong(`"${privilege}" is no privilege`)
}

const entries = (priv: unknown): readonly (readonly [string, string])[] => {
  if (typeof priv === 'string')
    return priv.split('/').map(part => {
      const colon = part.indexOf(':')
      if (colon < 0) throw wrong(`"${part}" has no colon between object and privileges`)
      return [part.slice(0, colon), part.slice(colon + 1)]
    })
  if (Array.isArray(priv)) return priv.flatMap(entries)
  if (typeof priv === 'object' && priv !== null)
    return Object.entries(priv).map(([object, value]) => {
      const text: unknown = Array.isArray(value) ? value.join(',') : value
      if (typeof text !== 'string')
        throw wrong(`the privileges on ${object} must be text or a list`)
      return [object, text]
    })
  throw wrong('it must be text, a list or a dictionary')
}

const wrong = (why: string): UserError =>
  new UserError('E_SQL_PRIVILEGES', `mysql_user: priv: ${why}`, {
    hint: 'write it as "db.*:SELECT,INSERT/other.table:ALL" or as a dictionary {"db.*": "SELECT"}',
  })

const OBJECT =
  /^(?:(procedure|function)\s+)?(\*|`(?:[^`]|``)+`|[^`.]+)(?:\.(\*|`(?:[^`]|``)+`|[^`.]+))?$/i

const objectOf = (text: string): string => {
  const [all, kind, database = '', table] = OBJECT.exec(text.trim()) ?? []
  if (all === undefined) throw wrong(`"${text}" names no object; examples: *.*, db.*, db.table`)
  const part = (name: string): string => (name === '*' ? '*' : identifier(unquoted(name)))
  return `${kind === undefined ? '' : `${kind.toUpperCase()} `}${part(database)}.${part(table ?? '*')}`
}

/** What both give together. */
export const joined = (one: Grants, other: Grants): Grants => {
  const grants = new Map(one)
  for (const [object, more] of other) {
    const before = grants.get(object) ?? NO_GRANT
    grants.set(
      object,
      grant([...before.privileges, ...more.privileges], before.grantOption || more.grantOption),
    )
  }
  return grants
}

/** The statements that make `have` into `want` for an account, which is given as SQL text. */
export const grantStatements = (have: Grants, want: Grants, account: string): readonly string[] => {
  const objects = [...new Set([...have.keys(), ...want.keys()])]
  return objects.flatMap(object => {
    const before = have.get(object) ?? NO_GRANT
    const after = want.get(object) ?? NO_GRANT
    const less = lost(before, after)
    const more = gained(before, after)
    const option = after.grantOption && !before.grantOption
    return [
      ...(less.length > 0 ? [`REVOKE ${less.join(', ')} ON ${object} FROM ${account}`] : []),
      ...(before.grantOption && !after.grantOption
        ? [`REVOKE GRANT OPTION ON ${object} FROM ${account}`]
        : []),
      ...(more.length > 0 || option
        ? [
            `GRANT ${more.length > 0 ? more.join(', ') : 'USAGE'} ON ${object} TO ${account}` +
              (after.grantOption ? ' WITH GRANT OPTION' : ''),
          ]
        : []),
    ]
  })
}

const isAll = (of: Grant): boolean => of.privileges.includes('ALL')

const lost = (before: Grant, after: Grant): readonly string[] =>
  isAll(after) ? [] : before.privileges.filter(p => !after.privileges.includes(p))

// Less than ALL is granted anew, after ALL has been revoked.
const gained = (before: Grant, after: Grant): readonly string[] =>
  isAll(before) && !isAll(after)
    ? after.privileges
    : after.privileges.filter(p => !before.privileges.includes(p))
