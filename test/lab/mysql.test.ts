import { DatabaseLab, PASSWORDS } from './mysql-support.ts'
import { logsOf, mysqlBrokeItself } from './provision.ts'
import { eventually } from './eventually.ts'
import { MINUTES } from './limits.ts'

jest.setTimeout(5 * MINUTES)

const changedOf = (hosts: Readonly<Record<string, { changed: number }>>): readonly number[] =>
  Object.values(hosts).map(({ changed }) => changed)

/** Copies every command line on the host into a file, until the file /tmp/stop is there. */
const WATCH = `rm -f /tmp/stop /tmp/seen /tmp/watched; nohup perl -e '
  open my $seen, ">", "/tmp/seen";
  my %told;
  until (-e "/tmp/stop") {
    for my $file (glob "/proc/[0-9]*/cmdline") {
      open my $line, "<", $file or next;
      local $/;
      my $words = <$line> // next;
      print $seen "$words\\n" unless $told{$words}++;
    }
    select undef, undef, undef, 0.02;
  }
  close $seen;
  open my $end, ">", "/tmp/watched";' >/dev/null 2>&1 &`

/** The number of the error of which a replica says that it broke it, ER_DUP_ENTRY. */
const DUPLICATE = /\b1062\b/

const STOP_WATCHING = 'touch /tmp/stop; until [ -e /tmp/watched ]; do sleep 0.1; done'

/** Where a password could have come to rest. */
const PLACES =
  '/tmp/seen /var/log /root /etc/mysql /var/lib/mysql/*.log /var/lib/mysql/binlog.* /run/log /var/lib/provision'

describe.each([
  { image: 'debian-sid' as const, engine: 'mysql', readOnly: 'super_read_only' },
  { image: 'debian-13' as const, engine: 'mariadb', readOnly: 'read_only' },
])('$engine on $image', ({ image, engine, readOnly }) => {
  let lab: DatabaseLab
  const boot = async (): Promise<void> => {
    lab = await DatabaseLab.up(`t-sql-${engine}`, image)
  }
  beforeAll(boot)
  afterAll(async () => {
    await lab.down()
  })

  /** What the replica answers once it has got so far; a failure for now is no answer. */
  const onReplica = (statement: string, wanted: RegExp): Promise<string> =>
    eventually(
      () => lab.sql('db2', statement).catch(() => ''),
      answer => wanted.test(answer),
    )

  test('a primary and a replica that seeds itself stand after one run', async () => {
    const watched = async () => {
      await Promise.all(['db1', 'db2'].map(host => lab.on(host, WATCH)))
      const ended = await lab.converge('db1')
      await Promise.all(['db1', 'db2'].map(host => lab.on(host, STOP_WATCHING)))
      return ended
    }
    let first = await watched()
    if (first.code !== 0 && (await mysqlBrokeItself(lab.hosts))) {
      await lab.down()
      await boot()
      first = await watched()
    }
    const logs = first.code === 0 ? [] : await logsOf(lab.hosts)
    expect([first.code, first.messages, logs]).toEqual([0, [], []])

    await lab.sql('db1', 'CREATE TABLE app.t (a INT PRIMARY KEY); INSERT INTO app.t VALUES (1)')
    expect(await onReplica('SELECT * FROM app.t', /./)).toBe('1')
    expect(await lab.sql('db2', `SELECT @@${readOnly}`)).toBe('1')
  })

  test('a second run changes nothing', async () => {
    const second = await lab.converge('db1')
    expect([second.code, changedOf(second.hosts)]).toEqual([0, [0, 0]])
  })

  test.each(['db1', 'db2'])('no password is in a command line or a log of %s', async host => {
    const seen = await lab.on(host, 'wc -l </tmp/seen; grep -c mysqld\\\\\\|mariadbd /tmp/seen')
    expect(seen.split('\n').every(count => Number(count) > 0)).toBe(true)
    for (const password of Object.values(PASSWORDS))
      expect(await lab.on(host, `grep -rlaF -e ${password} ${PLACES} 2>/dev/null`)).toBe('')
    const journal = `journalctl --no-pager 2>/dev/null | grep -cF ${Object.values(PASSWORDS)
      .map(p => `-e ${p}`)
      .join(' ')}`
    expect(await lab.on(host, journal)).toBe('0')
  })

  test('the application logs in over TLS alone, and the replica takes no writes', async () => {
    const as = (host: string, user: string, statement: string, tls: string): Promise<string> =>
      lab.on(
        host,
        `c=$(command -v mariadb || command -v mysql); printf '[client]\\npassword=%s\\n' ${
          user === 'app' ? PASSWORDS.app_database_password : PASSWORDS.app_database_read_password
        } >/tmp/.o; "$c" --defaults-file=/tmp/.o --host=${host} --user=${user} ${tls} -N -B -e "${statement}" app 2>&1; rm /tmp/.o`,
      )
    const verified =
      engine === 'mysql'
        ? '--ssl-mode=VERIFY_IDENTITY --ssl-ca=/etc/mysql/tls/ca.crt'
        : '--ssl-verify-server-cert --ssl-ca=/etc/mysql/tls/ca.crt'
    const without = engine === 'mysql' ? '--ssl-mode=DISABLED' : '--skip-ssl'
    expect(
      await as('db1', 'app', 'INSERT INTO t VALUES (2); SELECT COUNT(*) FROM t', verified),
    ).toBe('2')
    expect(await as('db2', 'app_read', 'SELECT MIN(a) FROM t', verified)).toBe('1')
    expect(await as('db2', 'app', 'INSERT INTO t VALUES (3)', verified)).toMatch(/read[-_]only/)
    expect(await as('db1', 'app_read', 'INSERT INTO t VALUES (3)', verified)).toMatch(/denied/)
    expect(await as('db1', 'app', 'DROP TABLE t', verified)).toMatch(/denied/)
    expect(await as('db1', 'app', 'SELECT 1', without)).toMatch(/ERROR (3159|2026|1045|4031|2002)/)
  })

  test('nobody logs in without a name or as root but over the socket', async () => {
    const users = await lab.sql('db1', "SELECT CONCAT(User, '@', Host) FROM mysql.user")
    expect(users.split('\n').filter(user => /^(@|root@(?!localhost$))/.test(user))).toEqual([])
    const plugin = await lab.sql('db1', 'SHOW CREATE USER root@localhost')
    expect(plugin).toMatch(engine === 'mysql' ? /auth_socket/ : /VIA unix_socket/)
    const denied = await lab.on(
      'db1',
      'c=$(command -v mariadb || command -v mysql); runuser -u nobody -- "$c" -uroot -e "SELECT 1" 2>&1',
    )
    expect(denied).toMatch(/denied/)
  })

  test('a wrong password of the application is set right', async () => {
    await lab.sql('db1', "ALTER USER app@'%' IDENTIFIED BY 'someone-changed-it'")
    const run = await lab.converge('db1', '--limit', 'db1')
    expect([run.code, changedOf(run.hosts)]).toEqual([0, [1]])
  })

  test('a primary asked to be a replica is refused, and a replica asked to lead, too', async () => {
    const turned = await lab.converge('db2')
    expect(turned.code).toBe(2)
    expect(turned.messages.join('\n')).toMatch(
      /is a replica of db1:3306 and is asked to be the primary/,
    )
    const alone = await lab.converge('db2', '--limit', 'db1')
    expect(alone.code).toBe(2)
    expect(alone.messages.join('\n')).toMatch(/is no replica and is asked to become one of db2/)
    expect(await lab.sql('db1', `SELECT @@${readOnly}`)).toBe('0')
    expect(await lab.sql('db2', `SELECT @@${readOnly}`)).toBe('1')
  })

  test('a broken replica is reported and not rebuilt', async () => {
    const open = engine === 'mysql' ? 'SET GLOBAL super_read_only = 0;' : ''
    const shut = engine === 'mysql' ? 'SET GLOBAL super_read_only = 1;' : ''
    await lab.sql('db2', `${open} SET sql_log_bin = 0; INSERT INTO app.t VALUES (77); ${shut}`)
    await lab.sql('db1', 'INSERT INTO app.t VALUES (77)')
    const status = engine === 'mysql' ? 'SHOW REPLICA STATUS' : 'SHOW SLAVE STATUS'
    expect(await onReplica(status, DUPLICATE)).toMatch(DUPLICATE)
    const run = await lab.converge('db1')
    expect(run.code).toBe(2)
    expect(run.messages.join('\n')).toMatch(
      /replication from db1 is broken: .*Duplicate entry '77'/,
    )
    expect(await lab.sql('db2', 'SELECT COUNT(*) FROM app.t')).toBe('3')
  })

  test('it is rebuilt when asked for by name', async () => {
    const run = await lab.converge(
      'db1',
      '--limit',
      'db2',
      '--extra-vars',
      'mysql_replication_reseed=true',
    )
    expect([run.code, run.messages]).toEqual([0, []])
    await lab.sql('db1', 'INSERT INTO app.t VALUES (78)')
    expect(await onReplica('SELECT MAX(a) FROM app.t', /78/)).toBe('78')
    const again = await lab.converge('db1')
    expect([again.code, changedOf(again.hosts)]).toEqual([0, [0, 0]])
  })

  test('a replica with transactions of its own is reported', async () => {
    const open = engine === 'mysql' ? 'SET GLOBAL super_read_only = 0;' : ''
    await lab.sql('db2', `${open} INSERT INTO app.t VALUES (99)`)
    const run = await lab.converge('db1')
    expect(run.code).toBe(2)
    expect(run.messages.join('\n')).toMatch(/has diverged from db1: it has transactions of its own/)
  })
})
