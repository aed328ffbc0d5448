import { UserError } from '../../core/error.ts'
import type { Secret } from '../../core/secret.ts'
import type { Engine } from '../../probes/sql.ts'
import type { SqlAccount } from '../../probes/sqlaccount.ts'
import { literal } from '../../probes/sqlclient.ts'
import { cachingSha2, matchesCachingSha2, nativePassword } from '../../probes/sqlpassword.ts'

/** Logging in without a password, by the account of the operating system that asks. */
const BY_SOCKET: Readonly<Record<Engine, string>> = { mysql: 'auth_socket', mariadb: 'unix_socket' }

/** What an engine logs accounts in with when nobody says; both are known to every client. */
const DEFAULT_PLUGIN: Readonly<Record<Engine, string>> = {
  mysql: 'caching_sha2_password',
  mariadb: 'mysql_native_password',
}

/** Thousands of rounds of SHA-256, MySQL 9's own default. */
const ROUNDS = 10

/** How an account is to prove who it is. */
export interface Login {
  readonly plugin: string
  readonly authentication: Buffer
}

/** The plugin under its name for this engine: the socket's differs. */
const pluginName = (name: string, engine: Engine): string =>
  Object.values(BY_SOCKET).includes(name) ? BY_SOCKET[engine] : name

/**
 * The login that is to be set; undefined when the account's own will do. The password is hashed
 * here, so that neither a statement nor the server's logs ever hold it.
 */
export const loginToSet = (
  want: {
    readonly password: Secret | undefined
    readonly plugin: string | undefined
    salt: Buffer
  },
  have: SqlAccount | null,
  engine: Engine,
): Login | undefined => {
  const asked = want.plugin === undefined ? undefined : pluginName(want.plugin, engine)
  const plugin =
    asked ?? (canHash(have?.plugin) ? have?.plugin : undefined) ?? DEFAULT_PLUGIN[engine]
  if (want.password === undefined) {
    if (have === null) return asked === undefined ? undefined : { plugin, authentication: NOTHING }
    if (asked === undefined || (have.plugin === asked && !have.alternatives)) return undefined
    return { plugin, authentication: NOTHING }
  }
  const password = want.password.reveal()
  if (have?.plugin === plugin && !have.alternatives && matches(have, password)) return undefined
  return { plugin, authentication: hashed(plugin, password, want.salt) }
}

const NOTHING = Buffer.alloc(0)

const canHash = (plugin: string | undefined): boolean =>
  plugin !== undefined && Object.values(DEFAULT_PLUGIN).includes(plugin)

const matches = ({ plugin, authentication }: SqlAccount, password: string): boolean => {
  const stored = Buffer.from(authentication, 'hex')
  return plugin === 'caching_sha2_password'
    ? matchesCachingSha2(stored, password)
    : stored.toString('latin1') === nativePassword(password)
}

const hashed = (plugin: string, password: string, salt: Buffer): Buffer => {
  if (plugin === 'caching_sha2_password')
    return password === '' ? NOTHING : cachingSha2(password, salt, ROUNDS)
  if (plugin === 'mysql_native_password') return Buffer.from(nativePassword(password))
  throw new UserError('E_SQL_PLUGIN', `mysql_user: no password can be set for plugin "${plugin}"`, {
    hint: `with a password, plugin is one of ${Object.values(DEFAULT_PLUGIN).join(', ')}`,
  })
}

/** The IDENTIFIED clause; a hash is written in hexadecimal where the engine reads it so. */
export const identified = ({ plugin, authentication }: Login, engine: Engine): string => {
  if (engine === 'mariadb') {
    const using = authentication.length > 0 ? ` USING ${literal(authentication.toString())}` : ''
    return ` IDENTIFIED VIA ${plugin}${using}`
  }
  const as = authentication.length > 0 ? ` AS 0x${authentication.toString('hex')}` : ''
  return ` IDENTIFIED WITH ${plugin}${as}`
}
