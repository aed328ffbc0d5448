import { constant, fed, lines, sh, type Script, type Words } from '../../core/shell.ts'
import type { Secret } from '../../core/secret.ts'
import type { Engine } from '../../probes/sql.ts'
import { CLIENT_LIBRARY, literal, LITERALS_ESCAPE } from '../../probes/sqlclient.ts'
import type { Primary } from './refusal.ts'

/** How a replica reaches its primary. */
export interface Link extends Primary {
  readonly user: string
  readonly password: Secret
  /** Path on the replica of the certificates that the primary's must be signed by. */
  readonly ca: string
  /** Whether the certificate must be for the name or address that is connected to. */
  readonly verify: boolean
  /** Seconds between tries to connect. */
  readonly retry: number
}

/** A replica's server, as far as its engine's statements differ. */
export interface Replica {
  readonly socket: string
  readonly engine: Engine
  /** MySQL before 8.2 has other words. */
  readonly version: string
}

// A statement list is one line on standard input: literals escape line ends.
const LIBRARY = lines(
  CLIENT_LIBRARY,
  constant(`
set -e
sql() { statements=$1; shift; printf '%s\\n' "$statements" | client "$socket" "$@"; }
replicating() {
  status=$(sql 'SELECT SLEEP(0.3); SHOW REPLICA STATUS' --xml) || return
  case $status in *'_IO_Running">Yes<'*) ;; *) return 1 ;; esac
  case $status in *'_SQL_Running">Yes<'*) ;; *) return 1 ;; esac
}
wait_for_replication() {
  tries=0
  until replicating; do
    tries=$((tries + 1))
    if [ "$tries" -ge 60 ]; then
      echo 'the replica does not replicate:' >&2
      printf '%s\\n' "$status" |
        sed -n 's/.*"\\(Last_[IS][OQ]L*_Error\\)">\\(..*\\)<\\/field>.*/\\1: \\2/p' >&2
      exit 1
    fi
  done
}
wait_for_server() {
  tries=0
  until sql 'SELECT 1' >/dev/null 2>&1; do
    tries=$((tries + 1))
    if [ "$tries" -ge 120 ]; then echo 'the server does not come back' >&2; exit 1; fi
    sleep 1
  done
}
must_be_installed`),
)

const CLONE = constant(`
IFS= read -r wipe; IFS= read -r clone; IFS= read -r follow
if [ -n "$wipe" ]; then sql "$wipe"; fi
sql "$clone"
# The server restarts itself on the copied data.
sleep 1
wait_for_server
state=$(sql 'SELECT CONCAT(STATE, 0x20, ERROR_NO, 0x20, ERROR_MESSAGE) FROM performance_schema.clone_status')
case $state in
*'Completed 0'*) ;;
*) printf 'the clone has not completed: %s\\n' "$state" >&2; exit 1 ;;
esac
sql "$follow"
wait_for_replication`)

// The dump is kept on disk until it is whole, so that a connection that breaks leaves no half of it
// in the server. It is loaded without --binary-mode, which would refuse its DELIMITER lines.
// Accounts come along (--system=users); without --insert-ignore the dump would drop root's, which
// loads it. The tables are new, so the option has nothing else to ignore.
const DUMP = constant(`
IFS= read -r wipe; IFS= read -r password; IFS= read -r follow
umask 077
dump=/var/lib/mysql-seed.sql
rm -f "$dump"
trap 'rm -f "$dump"' EXIT
printf '[client]\\npassword=%s\\n' "$password" |
  mariadb-dump --defaults-file=/dev/stdin "$@" --ssl-verify-server-cert --single-transaction \\
    --master-data=1 --gtid --routines --events --triggers --hex-blob \\
    --default-character-set=utf8mb4 --all-databases --ignore-database=mysql \\
    --ignore-database=sys --system=users --insert-ignore >"$dump"
if [ -n "$wipe" ]; then
  sql "$wipe"
  accounts=$(printf %s "SELECT CONCAT('DROP USER ', QUOTE(User), '@', QUOTE(Host), ';')
    FROM mysql.global_priv WHERE Host <> '' AND User NOT IN ('root', 'mysql', 'mariadb.sys')" |
    client "$socket" --batch --raw --skip-column-names)
  sql "SET SESSION sql_log_bin = 0; $accounts"
fi
mariadb --no-defaults --protocol=socket --socket="$socket" --user=root \\
  --init-command='SET SESSION sql_log_bin = 0' <"$dump"
sql "$follow"
wait_for_replication`)

/**
 * Copies the primary's data and starts to follow it. MySQL clones itself over the network; MariaDB
 * loads a dump that it takes from the primary. `databases` are thrown away first.
 */
export const seedScript = (
  replica: Replica,
  link: Link,
  wipe: { readonly databases: readonly string[] } | undefined,
): Script => {
  const start = sh`socket=${replica.socket}`
  if (replica.engine === 'mysql') {
    const input = [wipe === undefined ? '' : wipeMysql(replica), clone(link), follow(replica, link)]
    return fed(lines(LIBRARY, start, CLONE), oneLineEach(input))
  }
  const input = [
    wipe === undefined ? '' : wipeMariadb(wipe.databases),
    optionValue(link.password.reveal()),
    follow(replica, link),
  ]
  return fed(lines(LIBRARY, start, dumpOptions(link), DUMP), oneLineEach(input))
}

/** Tells a replica whom to follow, and starts its threads anew. */
export const followScript = (replica: Replica, link: Link): Script =>
  fed(
    lines(
      LIBRARY,
      sh`socket=${replica.socket}`,
      constant('IFS= read -r follow\nsql "$follow"\nwait_for_replication'),
    ),
    oneLineEach([follow(replica, link)]),
  )

/** Starts a replica's threads as they are set up. */
export const startScript = (replica: Replica): Words =>
  lines(
    LIBRARY,
    sh`socket=${replica.socket}`,
    constant("sql 'START REPLICA'\nwait_for_replication"),
  )

const oneLineEach = (input: readonly string[]): string => input.map(line => `${line}\n`).join('')

const sentence = (...each: readonly string[]): string => [LITERALS_ESCAPE, ...each].join('; ')

const clone = ({ host, port, user, password, ca }: Link): string =>
  sentence(
    `SET GLOBAL clone_ssl_ca = ${literal(ca)}`,
    `SET GLOBAL clone_valid_donor_list = ${literal(`${host}:${port}`)}`,
    `CLONE INSTANCE FROM ${literal(user)}@${literal(host)}:${port}` +
      ` IDENTIFIED BY ${literal(password.reveal())} REQUIRE SSL`,
  )

// MySQL's own words since 8.0.23; MariaDB has kept the old ones. MySQL gives up for good after ten
// tries unless told 0, which is no limit; MariaDB goes on for 100000.
const SETTINGS = {
  mysql: {
    change: 'CHANGE REPLICATION SOURCE TO',
    word: 'SOURCE',
    gtid: 'SOURCE_AUTO_POSITION = 1',
  },
  mariadb: { change: 'CHANGE MASTER TO', word: 'MASTER', gtid: 'MASTER_USE_GTID = slave_pos' },
} as const

const follow = ({ engine }: Replica, link: Link): string => {
  const { change, word, gtid } = SETTINGS[engine]
  const settings = {
    HOST: literal(link.host),
    PORT: link.port,
    USER: literal(link.user),
    PASSWORD: literal(link.password.reveal()),
    CONNECT_RETRY: link.retry,
    SSL: 1,
    SSL_CA: literal(link.ca),
    SSL_VERIFY_SERVER_CERT: link.verify ? 1 : 0,
  }
  const list = Object.entries(settings).map(([name, value]) => `${word}_${name} = ${value}`)
  return sentence('STOP REPLICA', `${change} ${[...list, gtid].join(', ')}`, 'START REPLICA')
}

const wipeMysql = ({ version }: Replica): string => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const renamed = major > 8 || (major === 8 && minor >= 2)
  return sentence(
    // The log of transactions is a table, which nobody may write; read_only stays on.
    'SET GLOBAL super_read_only = OFF',
    'STOP REPLICA',
    'RESET REPLICA ALL',
    renamed ? 'RESET BINARY LOGS AND GTIDS' : 'RESET MASTER',
  )
}

const wipeMariadb = (databases: readonly string[]): string =>
  sentence(
    'STOP REPLICA',
    'RESET REPLICA ALL',
    'SET SESSION sql_log_bin = 0',
    ...databases.map(name => `DROP DATABASE \`${name.replaceAll('`', '``')}\``),
    'RESET MASTER',
    "SET GLOBAL gtid_slave_pos = ''",
  )

/** A quoted value of an option file: only the backslash is special between the outer quotes. */
const optionValue = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`

const dumpOptions = ({ host, port, user, ca }: Link): Words =>
  sh`set -- --host=${host} --port=${port} --user=${user} --ssl-ca=${ca}`
