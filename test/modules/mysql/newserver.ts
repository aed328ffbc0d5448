import { becomes, type Effect } from '../../../src/core/change.ts'
import type { Probe } from '../../../src/core/probe.ts'
import { path } from '../../../src/probes/path.ts'
import type { Engine, Server } from '../../../src/probes/sql.ts'
import { newUnit, unit } from '../../../src/probes/unit.ts'
import { info, is, type Answered } from '../model.ts'

const PROGRAMS = { mysql: '/usr/sbin/mysqld', mariadb: '/usr/sbin/mariadbd' } as const

/** What an earlier task's package brings: the program, and a unit that is in this state. */
export const bringsServer = (engine: Engine, ActiveState = 'active'): readonly Effect[] => [
  becomes(path(PROGRAMS[engine]), info({ mode: '0755' })),
  ...(engine === 'mariadb' ? [becomes(path(PROGRAMS.mysql), info({ kind: 'link' }))] : []),
  becomes(unit(`${engine}.service`), { ...newUnit(`${engine}.service`), ActiveState }),
]

/** The answer of a machine that has no database server yet. */
export const noServer = <A>(probe: Probe<Server<A>>, leftovers = false): Answered =>
  is<Server<A>>(probe, { kind: 'not installed', leftovers })
