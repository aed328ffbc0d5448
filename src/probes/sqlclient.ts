import { constant, lines, sh, type Words } from '../core/shell.ts'

/** The client, and whether a server is there at all; shared by questions and changes. */
export const CLIENT = `
server() {
  if command -v mariadbd >/dev/null; then printf mariadb
  elif command -v mysqld >/dev/null; then printf mysql
  fi
}
client() {
  if command -v mariadb >/dev/null; then program=mariadb; else program=mysql; fi
  socket=$1; shift
  "$program" --no-defaults --protocol=socket --socket="$socket" --user=root \\
    --connect-timeout=10 --default-character-set=utf8mb4 --binary-mode "$@"
}`

/** A backslash means an escape in every literal, whatever the server's own mode says. */
export const LITERALS_ESCAPE = `SET SESSION sql_mode = REPLACE(@@SESSION.sql_mode, 'NO_BACKSLASH_ESCAPES', '')`

/** A string literal, under LITERALS_ESCAPE. */
export const literal = (value: string): string =>
  `'${value.replaceAll(/['\\\0\n\r\x1a]/g, character => ESCAPES[character] ?? character)}'`

const ESCAPES: Readonly<Record<string, string>> = {
  "'": "''",
  '\\': '\\\\',
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\x1a': '\\Z',
}

/** A quoted name of a database, a table or a column. */
export const identifier = (name: string): string => `\`${name.replaceAll('`', '``')}\``

/** Defines `client SOCKET [OPTION…]`, `server` and `must_be_installed` for a change's script. */
export const CLIENT_LIBRARY: Words = constant(`${CLIENT}
must_be_installed() {
  if [ -z "$(server)" ]; then
    echo 'no database server is installed (mysqld, mariadbd)' >&2
    exit 127
  fi
}`)

/** What runs statements on the socket's server as they come on standard input. */
export const runStatements = (socket: string): Words =>
  lines(CLIENT_LIBRARY, constant('must_be_installed'), sh`client ${socket}`)

/** The statements as the client reads them; the first that fails ends the rest. */
export const statements = (...each: readonly string[]): string =>
  [LITERALS_ESCAPE, ...each, ''].join(';\n')
