import { becomes, type Act, type Change, type Effect, type Lasting } from '../../core/change.ts'
import { fieldsDiff } from '../../core/diff.ts'
import { UserError } from '../../core/error.ts'
import { inside, type Place } from '../../core/probe.ts'
import { sh, type Words } from '../../core/shell.ts'
import { unaffected } from '../../core/change.ts'
import { Uncertain, withFields, withUncertain } from '../../core/uncertain.ts'
import { unitServes } from '../../probes/sqleffects.ts'
import { unit, unitName, type Unit } from '../../probes/unit.ts'
import { unitGuard } from './guards.ts'

/** What a task wants of one unit. */
export interface UnitWant {
  readonly state: 'started' | 'stopped' | 'restarted' | 'reloaded' | undefined
  readonly enabled: boolean | undefined
  readonly masked: boolean | undefined
  readonly noBlock: boolean
}

/** The effects on every name of a unit. */
export const unitBecomes = (before: Unit, after: Unit): Effect[] =>
  [...new Set([before.Id, ...before.Names.split(' ')])]
    .filter(name => name !== '')
    .map(name => becomes(unit(name), after))

const FILES = [
  { realm: 'unit', name: '*' },
  { realm: 'path', name: '/etc/systemd' },
  { realm: 'path', name: '/run/systemd' },
  { realm: 'path', name: '/etc/rc0.d' },
] as const

/** What a daemon touches when it starts or ends. */
const DAEMON_REACH: readonly Place[] = [
  ...FILES,
  ...(['sql', 'firewall', 'kernel'] as const).map(realm => ({ realm, name: '*' })),
  ...['/run', '/var', '/tmp', '/dev'].map(name => ({ realm: 'path' as const, name })),
]

/** What starting or stopping one unit alters that other tasks ask for. */
export const unitReach = (name: string | undefined): readonly Place[] => [
  { realm: 'unit', name: name === undefined ? '*' : unitName(name) },
  { realm: 'sql', name: '*' },
  { realm: 'path', name: '/run' },
]

/** Masks or unmasks, enables or disables; the second value is the unit as it is afterwards. */
export const fileChanges = (now: Unit, want: UnitWant): [Change[], Unit] => {
  const changes: Change[] = []
  let current = now
  const step = (verb: string, after: Unit): void => {
    changes.push({
      do: 'run',
      summary: `${verb} ${now.Id}`,
      diff: diffOf(current, after),
      script: sh`systemctl ${verb} -- ${now.Id}`,
      effects: unitBecomes(now, after),
      scope: FILES,
    })
    current = after
  }
  const masked = current.LoadState === 'masked' || current.UnitFileState.startsWith('masked')
  if (want.masked === true && !masked)
    step('mask', withFields(current, { LoadState: 'masked', UnitFileState: 'masked' }))
  if (want.masked === false && masked)
    step('unmask', withFields(current, { LoadState: 'loaded', UnitFileState: 'disabled' }))
  if (want.enabled === true && !isEnabled(current))
    step('enable', withFields(current, { UnitFileState: 'enabled' }))
  if (want.enabled === false && ENABLED.has(current.UnitFileState))
    step('disable', withFields(current, { UnitFileState: 'disabled' }))
  return [changes, current]
}

const ENABLED = new Set(['enabled', 'enabled-runtime', 'linked-runtime'])
// These start without being enabled, or along with another unit.
const WITHOUT_ENABLING = new Set(['static', 'indirect', 'generated', 'alias', 'transient'])
const isEnabled = ({ UnitFileState: state }: Unit): boolean =>
  ENABLED.has(state) || WITHOUT_ENABLING.has(state)

const RUNNING = new Set(['active', 'reloading', 'refreshing'])
const isRunning = ({ ActiveState: state, SubState: sub }: Unit): boolean =>
  RUNNING.has(state) || (state === 'activating' && sub !== 'auto-restart')

/** A unit that does its work and ends: it is never found running. */
const isOneshot = ({ Type: type, RemainAfterExit: remain }: Unit): boolean =>
  type === 'oneshot' && remain !== 'yes'

/** Starts, stops, restarts or reloads. */
export const stateChanges = (now: Unit, want: UnitWant): Change[] => {
  switch (want.state) {
    case undefined:
      return []
    case 'started':
      return isRunning(now) ? [] : [work('start', now, want)]
    case 'stopped':
      return isRunning(now) || now.ActiveState === 'deactivating' ? [work('stop', now, want)] : []
    case 'restarted':
      return [work('restart', now, want)]
    case 'reloaded':
      if (!isRunning(now)) return [work('start', now, want)]
      if (now.CanReload === 'yes') return [work('reload', now, want)]
      throw new UserError('E_UNIT_NO_RELOAD', `${now.Id} cannot be reloaded`, {
        hint: 'use "state: restarted"',
      })
  }
}

type Verb = 'start' | 'stop' | 'restart' | 'reload'

const work = (verb: Verb, now: Unit, want: UnitWant): Change => {
  if (now.LoadState === 'masked' && verb !== 'stop')
    throw new UserError('E_UNIT_MASKED', `${now.Id} is masked and cannot be started`, {
      hint: 'add "masked: false"',
    })
  const after = afterwards(verb, now)
  const act = actOf(verb, now, want)
  return {
    do: 'run',
    summary: `${verb} ${now.Id}`,
    diff: diffOf(now, after),
    script: script(verb, now.Id, want.noBlock),
    effects: [
      ...unitBecomes(now, after),
      runtimeFiles(`${verb} of ${now.Id}`),
      ...unitServes(verb, now.Id),
    ],
    // A unit that does its work and ends (a script) may do anything; a daemon keeps to its places.
    scope: isOneshot(now) ? 'everything' : DAEMON_REACH,
    guard: unitGuard(now.Id),
    lasts: verb === 'stop' || isOneshot(now) ? undefined : lasting(now.Id),
    ...(act === undefined ? {} : { act }),
  }
}

/** A service that starts and dies soon after is found out at the end of the play. */
const lasting = (id: string): Lasting => ({
  probe: unit(id),
  holds(now) {
    const { ActiveState: state, Result: result } = now as Unit
    return isRunning(now as Unit) ? true : `${id} has died since: ${state}, ${result}`
  },
})

const afterwards = (verb: Verb, now: Unit): Unit => {
  if (verb === 'stop')
    return withFields(now, { ActiveState: 'inactive', SubState: 'dead', MainPID: '0' })
  const state = isOneshot(now)
    ? { ActiveState: 'inactive', SubState: 'dead' }
    : { ActiveState: 'active', SubState: now.ActiveState === 'active' ? now.SubState : 'running' }
  const known = withFields(now, { ...state, Result: 'success' })
  if (verb === 'reload') return withUncertain(known, ['StateChangeTimestampMonotonic'], FRESH)
  return withUncertain(
    known,
    ['InvocationID', 'MainPID', 'StateChangeTimestampMonotonic', 'ActiveEnterTimestamp'],
    FRESH,
  )
}

const FRESH = 'the state of a unit that starts is known only once it has been started'

// Sockets and PID files: whether a path below /run is there is known only afterwards.
const runtimeFiles = (why: string): Effect => ({
  kind: 'rule',
  apply(probe, before) {
    const places = probe.kind.dependsOn(probe.question)
    if (!places.some(({ realm, name }) => realm === 'path' && inside(name, '/run')))
      return unaffected
    before()
    throw new Uncertain(`depends on the ${why}`)
  },
})

const script = (verb: Verb, id: string, noBlock: boolean): Words => {
  const options = noBlock ? ['--no-block'] : []
  return sh`systemctl ${verb} ${options} -- ${id} || {
  code=$?
  systemctl status --no-pager --full --lines=15 -- ${id} >&2
  exit $code
}`
}

const actOf = (verb: Verb, now: Unit, { noBlock }: UnitWant): Act | undefined => {
  if (noBlock) return { kind: 'unproved' }
  const probe = unit(now.Id)
  if (verb === 'reload') return { kind: 'proved by', probe, holds: reloaded }
  if (verb === 'restart' || (verb === 'start' && isOneshot(now)))
    return { kind: 'proved by', probe, holds: startedAnew }
  return undefined
}

/** A restart's postcondition: another invocation than before, and it has not failed. */
const startedAnew = (before: unknown, after: unknown): true | string => {
  const [was, is] = [before, after] as [Unit | null, Unit | null]
  if (is === null) return 'the unit is gone'
  if (is.InvocationID === was?.InvocationID) return 'the unit still runs as it did before'
  if (isOneshot(is) ? is.Result === 'success' : isRunning(is)) return true
  return `the unit is ${is.ActiveState} (${is.SubState})`
}

/** A reload's postcondition: the unit went through a change of state and is active. */
const reloaded = (before: unknown, after: unknown): true | string => {
  const [was, is] = [before, after] as [Unit | null, Unit | null]
  if (is === null) return 'the unit is gone'
  if (!isRunning(is)) return `the unit is ${is.ActiveState} (${is.SubState})`
  if (is.StateChangeTimestampMonotonic === was?.StateChangeTimestampMonotonic)
    return 'systemd has not reloaded the unit'
  return is.ReloadResult === 'success' || is.ReloadResult === '' || is.ReloadResult
}

const SHOWN = ['ActiveState', 'UnitFileState', 'LoadState'] as const
const diffOf = (before: Unit, after: Unit) => {
  const shown = (of: Unit) => Object.fromEntries(SHOWN.map(name => [name, of[name]]))
  return fieldsDiff(before.Id, shown(before), shown(after))
}
