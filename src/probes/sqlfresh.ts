import type { Consequence, Known, Probe } from '../core/probe.ts'
import { Uncertain, withUncertain } from '../core/uncertain.ts'
import { path } from './path.ts'
import type { Engine, Server } from './sql.ts'
import { unit } from './unit.ts'

/*
 * What MySQL and MariaDB answer when Debian's or Ubuntu's packages have just installed them. It is
 * knowledge about the two programs, whatever package brings them; test/lab compares it with theirs.
 */

// MariaDB first: its packages bring a link under MySQL's name.
const PROGRAMS = { mariadb: path('/usr/sbin/mariadbd'), mysql: path('/usr/sbin/mysqld') } as const
const UNITS = { mariadb: unit('mariadb.service'), mysql: unit('mysql.service') } as const

/** The engine whose program is, or will be, on the machine. */
const engineOn = (known: Known): Engine | undefined =>
  (Object.keys(PROGRAMS) as Engine[]).find(engine => (known(PROGRAMS[engine]) ?? null) !== null)

interface Fresh<Q, A> {
  fresh(question: Q, engine: Engine): A | null
  alsoAsks?(question: Q): readonly Probe<unknown>[]
}

/** How a dry run knows a server's answers that an earlier task will have installed. */
export const afterInstallation = <Q, A>(of: Fresh<Q, A>): Consequence<Q, Server<A>> => ({
  from: question => [
    ...Object.values(PROGRAMS),
    ...Object.values(UNITS),
    ...(of.alsoAsks?.(question) ?? []),
  ],
  answer(question, today, known) {
    if (today?.kind !== 'not installed') return today
    const engine = engineOn(known)
    if (engine === undefined) return today
    if (today.leftovers)
      throw new Uncertain(
        'the database server will take the data that /var/lib/mysql holds already',
      )
    if (known(UNITS[engine])?.ActiveState !== 'active')
      return { kind: 'stopped', engine, message: 'it will be installed, but not started' }
    return running(engine, () => of.fresh(question, engine))
  },
})

/** What cannot be known is found out where it is read, so that the engine is known beside it. */
const running = <A>(engine: Engine, found: () => A | null): Server<A> => {
  const known = { kind: 'running' as const, engine, version: '', found: null }
  const server = withUncertain<typeof known>(known, ['version'], NEW)
  return Object.defineProperty(server, 'found', { enumerable: true, get: found })
}

const NEW = 'the database server is yet to be installed'

/** For what differs from one version, or one host, to the next. */
export const onlyItKnows = (): never => {
  throw new Uncertain(NEW)
}

/** Databases that a server makes for itself. */
export const SYSTEM_DATABASES = ['information_schema', 'mysql', 'performance_schema', 'sys']

/** The accounts that a new server has besides root@localhost; all of them log in from localhost. */
export const SYSTEM_ACCOUNTS: Readonly<Record<Engine, readonly string[]>> = {
  mysql: ['mysql.infoschema', 'mysql.session', 'mysql.sys', 'debian-sys-maint'],
  mariadb: ['mysql', 'mariadb.sys'],
}
