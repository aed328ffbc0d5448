import { createHash } from 'node:crypto'

/** Where a running system writes by itself, whoever looks on; printed with every comparison. */
export const PASSED_OVER: readonly string[] = [
  '/proc',
  '/sys',
  '/run',
  '/dev',
  // Journals, and records of logins: every connection makes one.
  '/var/log/journal',
  '/var/log/wtmp',
  '/var/log/wtmp.db',
  '/var/log/btmp',
  '/var/log/lastlog',
  '/var/lib/lastlog',
  '/var/lib/wtmpdb',
  '/var/log/auth.log',
  // When sudo last asked for a password.
  '/var/lib/sudo',
  // The server's own files, which it writes at any time: what they hold is asked of the server.
  '/var/lib/mysql',
  // dpkg's nightly copies of what it knows.
  '/var/backups',
  // systemd's own: random seed, timers' stamps.
  '/var/lib/systemd',
]

/** Whose time of change is passed over, for a temporary directory comes and goes in them. */
export const COMES_AND_GOES: readonly string[] = ['/tmp', '/var/tmp']

/** Everything that a dry run must leave as it is, line by line. Times of access do not count. */
const SCRIPT = `
prune=
for place in ${PASSED_OVER.join(' ')}; do prune="$prune -path $place -prune -o"; done
busy="${COMES_AND_GOES.map(place => `-path ${place}`).join(' -o ')}"
find / -xdev $prune \\( $busy \\) -printf 'file %p %y %m %U:%G\\n' -o -printf 'file %p %y %m %U:%G %s %T@ %l\\n' | sort
find /etc /usr/local /root -xdev -type f -exec sha256sum {} + | sort
dpkg-query -W -f 'package \${binary:Package} \${Version} \${Status}\\n'
systemctl list-unit-files --no-legend --no-pager --plain | grep -v '^session-.*\\.scope ' | sed 's/^/unit file /'
systemctl list-units --all --type=service,timer,socket --no-legend --no-pager --plain |
  awk '!/^(systemd-|user@|session|user-|apt-daily)/ { print "unit", $1, $2, $3, $4 }'
getent passwd; getent group
if command -v nft >/dev/null; then nft -s list ruleset; fi
client=$(command -v mariadb || command -v mysql) && {
  "$client" --skip-column-names -e "SELECT 'account', user, host FROM mysql.user ORDER BY 2, 3"
  "$client" --skip-column-names -e "SELECT 'table', table_schema, table_name, table_rows FROM information_schema.tables
    WHERE table_schema NOT IN ('information_schema', 'performance_schema', 'sys', 'mysql') ORDER BY 2, 3"
  "$client" --skip-column-names -e "SELECT 'grant', grantee, table_schema, privilege_type FROM information_schema.schema_privileges ORDER BY 2, 3, 4"
  "$client" --skip-column-names -e 'SELECT "variable", @@global.read_only, @@global.server_id'
}
:`

/** What a host is and holds; `run` runs a script there, as root, and gives what it prints. */
export const fingerprint = async (
  run: (script: string) => Promise<string>,
): Promise<readonly string[]> => (await run(SCRIPT)).split('\n')

/** The lines that one of them has alone; empty when they are the same. */
export const differences = (before: readonly string[], after: readonly string[]): string[] => {
  if (hash(before) === hash(after)) return []
  const [old, now] = [new Set(before), new Set(after)]
  return [
    ...before.filter(line => !now.has(line)).map(line => `- ${line}`),
    ...after.filter(line => !old.has(line)).map(line => `+ ${line}`),
  ]
}

const hash = (lines: readonly string[]): string =>
  createHash('sha256').update(lines.join('\n')).digest('hex')
