import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, type Hosts } from '../hosts.ts'
import { secretsOf, type SITE_HOSTS } from './run.ts'

/** What one would write by hand to set up one host of the site, given its files. */
export interface ByHand {
  /** What configures the host, and is taken as it is from one that stands. */
  readonly files: readonly string[]
  /** Run as root, in the directory where `files.tar` is. */
  readonly script: string
}

export const byHand = (hosts: Hosts): Readonly<Record<(typeof SITE_HOSTS)[number], ByHand>> => {
  const password = (name: string): string =>
    readFileSync(join(secretsOf(hosts), name), 'utf8').trim()
  const replication = password('mysql_replication')
  const accounts = [
    account('app', password('app_database'), 'SELECT, INSERT, UPDATE, DELETE ON app.*'),
    account('app_read', password('app_database_read'), 'SELECT ON app.*'),
    // Last: the replica waits for it.
    account('replicator', replication, `${REPLICATION} ON *.*`),
  ]
  const schema = readFileSync(join(ROOT, 'roles/app/files/guestbook/schema.sql'), 'utf8')
  return {
    lb1: {
      files: [...COMMON_FILES, '/etc/haproxy'],
      script: `${start('haproxy')}${unpack()}systemctl reload haproxy\n`,
    },
    web1: {
      files: [...COMMON_FILES, ...WEB_FILES],
      script: `${web()}mariadb <<'END'\n${[DATABASE, schema, ...accounts].join(';\n')};\nEND\n`,
    },
    web2: {
      files: [...COMMON_FILES, ...WEB_FILES],
      script: `${web()}${follow(replication)}`,
    },
  }
}

const COMMON_FILES = [
  '/etc/apt/apt.conf.d/52provision-unattended-upgrades',
  '/etc/hosts',
  '/etc/localtime',
  '/etc/nftables.conf',
  '/etc/provision-tls',
  '/etc/ssh/sshd_config.d/10-provision.conf',
]

const WEB_FILES = [
  '/etc/app',
  '/etc/mysql/mariadb.conf.d/99-provision.cnf',
  '/etc/mysql/tls',
  '/etc/nginx/conf.d/site.conf',
  '/etc/nginx/tls',
  '/etc/php/8.4/fpm/pool.d/app.conf',
  '/srv/app',
]

const start = (...packages: readonly string[]): string => `set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get --quiet update
apt-get --quiet --yes install ca-certificates curl logrotate unattended-upgrades nftables ${packages.join(' ')}
`

const unpack = (): string => `tar --extract --file files.tar --directory /
systemctl reload ssh
nft --file /etc/nftables.conf
systemctl --quiet enable nftables
systemctl --quiet enable --now apt-daily.timer apt-daily-upgrade.timer
`

const web = (): string => `${start('php-fpm', 'php-mysql', 'nginx')}
apt-get --quiet --yes install --no-install-recommends mariadb-server
useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin app
rm /etc/nginx/sites-enabled/default /etc/php/8.4/fpm/pool.d/www.conf
${unpack()}
systemctl restart mariadb
systemctl reload php8.4-fpm nginx
`

const REPLICATION =
  'REPLICATION SLAVE, REPLICATION CLIENT, SELECT, RELOAD, LOCK TABLES, PROCESS, SHOW VIEW, EVENT, TRIGGER'

const DATABASE = `ALTER USER root@localhost IDENTIFIED VIA unix_socket;
CREATE DATABASE app CHARACTER SET utf8mb4;
USE app`

/** Passwords of the benchmark are letters and digits. */
const account = (name: string, password: string, grant: string): string =>
  `CREATE USER ${name} IDENTIFIED BY '${password}' REQUIRE SSL; GRANT ${grant} TO ${name}`

const follow = (password: string): string => `umask 077
cat >login.cnf <<'END'
[client]
host=web1
user=replicator
password=${password}
ssl-ca=/etc/mysql/tls/ca.crt
ssl-verify-server-cert
END
until mariadb --defaults-file=login.cnf --execute 'SELECT 1' >login.txt 2>&1; do sleep 0.2; done
mariadb-dump --defaults-file=login.cnf --single-transaction --master-data=1 --gtid --routines --events \\
  --triggers --hex-blob --default-character-set=utf8mb4 --all-databases --ignore-database=mysql \\
  --ignore-database=sys --system=users --insert-ignore >dump.sql
mariadb --init-command='SET SESSION sql_log_bin = 0' <dump.sql
rm dump.sql
mariadb <<'END'
CHANGE MASTER TO MASTER_HOST = 'web1', MASTER_PORT = 3306, MASTER_USER = 'replicator',
  MASTER_PASSWORD = '${password}', MASTER_CONNECT_RETRY = 5, MASTER_SSL = 1,
  MASTER_SSL_CA = '/etc/mysql/tls/ca.crt', MASTER_SSL_VERIFY_SERVER_CERT = 1,
  MASTER_USE_GTID = slave_pos;
START REPLICA;
END
until mariadb --execute 'SHOW REPLICA STATUS\\G' | grep --quiet 'Slave_SQL_Running: Yes'; do sleep 0.2; done
`
