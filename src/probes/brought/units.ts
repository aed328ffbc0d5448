import { unaffected, type Effect } from '../../core/change.ts'
import { Uncertain, withFields, withUncertain } from '../../core/uncertain.ts'
import type { KnownService } from '../installed.ts'
import { both } from '../maintainer/condition.ts'
import { HOLE, type Happening, type UnitVerb } from '../maintainer/happening.ts'
import { newUnit, type Unit } from '../unit.ts'
import type { Entry } from './entries.ts'
import { readUnitFile, unitOfPath, type UnitFile } from './unitfile.ts'

/** What decides about the units that packages bring. */
export interface UnitsOf {
  readonly entries: ReadonlyMap<string, Entry>
  readonly happenings: readonly Happening[]
  /** Whether scripts may start services; undefined where a program of the host decides. */
  readonly mayStart: boolean | undefined
  /** Units of packages that go. */
  readonly leaving: ReadonlySet<string>
  /** Whether conditions of units hold. */
  readonly hold: (conditions: readonly string[]) => Fate
}

/** What becomes of a unit: undefined where nobody can tell. */
type Fate = boolean | undefined

/** The units of a transaction. */
export class BroughtUnits {
  readonly files = new Map<string, UnitFile>()
  /** Other names of units, with the unit. */
  readonly #aliases = new Map<string, string>()
  readonly #of: UnitsOf

  constructor(of: UnitsOf) {
    this.#of = of
    for (const [at, { info, content }] of of.entries) {
      const name = unitOfPath(at)
      if (name === undefined) continue
      const target = info.target.slice(info.target.lastIndexOf('/') + 1)
      if (info.kind === 'link') this.#aliases.set(name, target)
      // What was not read can be anything.
      else this.files.set(name, readUnitFile(at, content?.bytes?.toString('utf8') ?? UNREAD))
    }
    for (const { name, aliases } of this.files.values())
      if (this.#enabled(name) === true) for (const alias of aliases) this.#aliases.set(alias, name)
  }

  /** Whether scripts start any unit, so that its program runs and writes. */
  get startsAny(): boolean {
    return this.#of.happenings.some(
      deed => deed.what === 'unit' && (deed.verb === 'start' || deed.verb === 'restart'),
    )
  }

  get changesAny(): boolean {
    return this.files.size > 0 || this.#of.leaving.size > 0 || this.#deeds().length > 0
  }

  get names(): readonly string[] {
    return [...this.files.keys(), ...this.#aliases.keys()]
  }

  /** Whether the scripts have systemd read its units. */
  get areRead(): Fate {
    const deeds = this.#of.happenings.filter(({ what }) => what === 'units read')
    if (deeds.some(({ certain }) => certain)) return true
    return deeds.length > 0 ? undefined : false
  }

  #deeds(): (Happening & { what: 'unit' })[] {
    return this.#of.happenings.flatMap(deed => (deed.what === 'unit' ? [deed] : []))
  }

  #to(name: string, ...verbs: UnitVerb[]): (Happening & { what: 'unit' })[] {
    return this.#deeds().filter(
      deed => (deed.unit === name || deed.unit === HOLE) && verbs.includes(deed.verb),
    )
  }

  #enabled(name: string): Fate {
    const alone = this.#enabledAlone(name)
    const along = [...this.files.values()]
      .filter(file => file.name !== name && file.also.includes(name))
      .map(file => this.#enabledAlone(file.name))
    if (alone === true || along.includes(true)) return true
    return along.includes(undefined) ? undefined : alone
  }

  #enabledAlone(name: string): Fate {
    let fate: Fate = false
    for (const deed of this.#to(name, 'enable', 'disable')) {
      const to = deed.verb === 'enable'
      if (deed.certain && deed.unit === name) fate = to
      else if (fate !== to) fate = undefined
    }
    return fate
  }

  #started(name: string): Fate {
    let fate: Fate = false
    for (const deed of this.#to(name, 'start', 'restart', 'stop')) {
      const to = deed.verb !== 'stop'
      if (deed.certain && deed.unit === name) fate = to
      else if (fate !== to) fate = undefined
    }
    if (fate !== true && this.#isPulled(name)) return undefined
    const conditions = this.files.get(name)?.conditions ?? []
    return [this.#of.mayStart, fate, this.#of.hold(conditions)].reduce(both, true)
  }

  /** Whether a unit that starts takes this one along, or a socket or timer may start it any time. */
  #isPulled(name: string): boolean {
    const base = name.slice(0, name.lastIndexOf('.'))
    return [...this.files.values()].some(file => {
      const isPulling =
        file.pulls.includes(name) || file.name === `${base}.socket` || file.name === `${base}.path`
      return isPulling && file.name !== name && this.#to(file.name, 'start', 'restart').length > 0
    })
  }

  /** The unit as it is then; null where there is none. Throws Uncertain. */
  unit(asked: string, before: () => Unit | null): Unit | null {
    const name = this.#aliases.get(asked) ?? asked
    const now = before()
    const file = this.files.get(name) ?? this.#instance(name)
    if (now?.LoadState === 'masked') return now
    if (file === undefined) return this.#other(name, now)
    return now === null ? this.#fresh(file) : this.#again(file, now)
  }

  /** `worker@1.service` is made from `worker@.service`. */
  #instance(name: string): UnitFile | undefined {
    const template = name.replace(/@.+(?=\.\w+$)/, '@')
    const file = template === name ? undefined : this.files.get(template)
    return file && { ...file, name }
  }

  #other(name: string, now: Unit | null): Unit | null {
    if (this.#of.leaving.has(name) && this.#to(name, 'mask').length === 0) return null
    // Systemd makes a unit of a script that has none.
    if (now === null && this.#of.entries.has(`/etc/init.d/${name.replace(/\.service$/, '')}`))
      throw new Uncertain(SCRIPTS)
    const deeds = this.#to(
      name,
      'enable',
      'disable',
      'start',
      'stop',
      'restart',
      'if running',
      'mask',
    )
    if (now === null || deeds.every(({ unit }) => unit === HOLE)) return now
    return withUncertain(now, UNSETTLED, SCRIPTS)
  }

  #fresh(file: UnitFile): Unit {
    const { name } = file
    const enabled = this.#enabled(name)
    const started = this.#started(name)
    const unit: Unit = {
      ...newUnit(name),
      Names: [name, ...this.#namesOf(name)].join(' '),
      Description: file.description,
      FragmentPath: file.at,
      Type: /\.service$/.test(name) ? file.type : '',
      RemainAfterExit: file.remains ? 'yes' : 'no',
      CanReload: file.canReload ? 'yes' : 'no',
      NeedDaemonReload: 'no',
      UnitFileState: !file.canBeEnabled ? 'static' : enabled === true ? 'enabled' : 'disabled',
      ...(started === true ? runningState(file) : {}),
      Result: 'success',
    }
    const unknown = [
      ...FRESH,
      ...(file.canBeEnabled && enabled === undefined ? (['UnitFileState'] as const) : []),
      ...(started === undefined ? UNSETTLED.filter(field => field !== 'UnitFileState') : []),
      ...(file.description === UNKNOWN
        ? (['Type', 'RemainAfterExit', 'CanReload', 'Description'] as const)
        : []),
    ]
    return withUncertain(unit, unknown, SCRIPTS)
  }

  #namesOf(name: string): string[] {
    return [...this.#aliases].flatMap(([alias, of]) => (of === name ? [alias] : []))
  }

  /** A unit whose package comes anew: it stays as enabled as it was, and may be restarted. */
  #again(file: UnitFile, now: Unit): Unit {
    const touched = this.#to(file.name, 'start', 'restart', 'stop', 'if running').length > 0
    const enabling = this.#to(file.name, 'enable', 'disable', 'mask').length > 0
    const after = withFields(now, {
      FragmentPath: file.at,
      Description: file.description,
      ...(now.Type === '' ? {} : { Type: file.type, CanReload: file.canReload ? 'yes' : 'no' }),
    })
    const running = now.ActiveState === 'active' && this.#of.hold(file.conditions) === true
    return withUncertain(
      after,
      [
        ...(touched ? FRESH : []),
        ...(touched && !running ? UNSETTLED.filter(field => field !== 'UnitFileState') : []),
        ...(enabling && now.UnitFileState !== 'enabled' ? (['UnitFileState'] as const) : []),
      ],
      SCRIPTS,
    )
  }
}

const SCRIPTS = "depends on what the packages' scripts do"
const UNKNOWN = '\uFFFC'
const UNREAD = `[Unit]\nDescription=${UNKNOWN}\n[Install]\nWantedBy=multi-user.target\n`

const FRESH = [
  'InvocationID',
  'MainPID',
  'ExecMainStatus',
  'ActiveEnterTimestamp',
  'ActiveEnterTimestampMonotonic',
  'StateChangeTimestampMonotonic',
] as const
const UNSETTLED = ['ActiveState', 'SubState', 'Result', 'UnitFileState'] as const

const runningState = ({
  name,
  type,
  remains,
}: UnitFile): Pick<Unit, 'ActiveState' | 'SubState'> => {
  const suffix = name.slice(name.lastIndexOf('.') + 1)
  const sub = {
    socket: 'listening',
    timer: 'waiting',
    path: 'waiting',
    target: 'active',
    mount: 'mounted',
  }[suffix]
  if (sub !== undefined) return { ActiveState: 'active', SubState: sub }
  if (type !== 'oneshot') return { ActiveState: 'active', SubState: 'running' }
  return remains
    ? { ActiveState: 'active', SubState: 'exited' }
    : { ActiveState: 'inactive', SubState: 'dead' }
}

/** The effect on questions about units. */
export const unitsEffect = (units: BroughtUnits): Effect => ({
  kind: 'rule',
  apply(probe, before) {
    if (!units.changesAny) return unaffected
    switch (probe.kind.name) {
      case 'unit':
        return units.unit(String(probe.question), before as () => Unit | null)
      case 'unit names':
        return [...new Set([...(before() as readonly string[]), ...units.names])].sort()
      case 'unread units':
        return unread(before() as readonly string[], units)
      case 'services':
        return services(before() as readonly KnownService[], units)
      default:
        return unaffected
    }
  },
})

const unread = (before: readonly string[], units: BroughtUnits): readonly string[] => {
  if (units.areRead === true) return []
  if (units.areRead === false && units.files.size === 0) return before
  throw new Uncertain(SCRIPTS)
}

const services = (
  before: readonly KnownService[],
  units: BroughtUnits,
): readonly KnownService[] => {
  const after = new Map(before.map(service => [service.name, service]))
  for (const name of units.names) {
    if (!name.endsWith('.service')) continue
    after.set(
      name,
      withUncertain(
        after.get(name) ?? { name, state: 'unknown', status: 'unknown', source: 'systemd' },
        ['state', 'status'],
        SCRIPTS,
      ),
    )
  }
  return [...after.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
