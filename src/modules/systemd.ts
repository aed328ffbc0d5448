import { becomes, type Change } from '../core/change.ts'
import { UserError } from '../core/error.ts'
import { defineModule } from '../core/module.ts'
import { didYouMean } from '../core/nearest.ts'
import { alias, boolean, oneOf, optional, withDefault } from '../core/schema.ts'
import { line } from '../core/shapes.ts'
import { constant } from '../core/shell.ts'
import { withFields } from '../core/uncertain.ts'
import { path } from '../probes/path.ts'
import { newUnit, unit, unitName, unitNames, unreadUnits, type Unit } from '../probes/unit.ts'
import { fileChanges, stateChanges, unitBecomes, unitReach } from './systemd/changes.ts'

const STATE = optional(
  oneOf(
    ['started', 'stopped', 'restarted', 'reloaded'],
    '`restarted` and `reloaded` act each time; `reloaded` starts what does not run.',
  ),
)
const ENABLED = optional(boolean('Whether it starts at boot.'))

export const systemdService = defineModule({
  name: 'systemd_service',
  summary: 'Starts, stops, enables and masks units of systemd.',
  params: {
    name: optional(alias(line('A unit; without a suffix a service.'), 'service', 'unit')),
    state: STATE,
    enabled: ENABLED,
    masked: optional(boolean('Whether starting it is impossible.')),
    daemon_reload: alias(
      withDefault(boolean('Lets systemd read unit files that have changed.'), false),
      'daemon-reload',
    ),
    daemon_reexec: alias(withDefault(boolean('Restarts systemd itself.'), false), 'daemon-reexec'),
    scope: withDefault(oneOf(['system'], 'Only the system manager is supported.'), 'system'),
    no_block: withDefault(boolean('Does not wait, so that nothing is proved.'), false),
    force: withDefault(boolean('Accepted; links that are in the way are reported.'), false),
  },

  check: want =>
    want.name === undefined &&
    (want.state !== undefined || want.enabled !== undefined || want.masked !== undefined)
      ? 'state, enabled and masked need the name of a unit'
      : undefined,

  probes(want, known) {
    const asked = want.name === undefined ? undefined : unit(unitName(want.name))
    return {
      unit: asked,
      names: asked && known(asked) === null ? unitNames() : undefined,
      file: asked && known(asked) === null ? path(fileOf(want.name)) : undefined,
      stale: want.daemon_reload ? unreadUnits() : undefined,
    }
  },

  plan(want, { unit: known, names, file, stale }) {
    // A file that an earlier task wrote: systemd will know the unit once it is asked for it.
    const now = known ?? (file === null ? null : newUnit(unitName(want.name ?? '')))
    const managed = managerChanges(want, now, stale ?? [])
    if (want.name === undefined) return managed
    if (now === null) throw unknownUnit(unitName(want.name), names ?? [])
    const wanted = { ...want, noBlock: want.no_block }
    const [files, current] = fileChanges(now, wanted)
    return [...managed, ...files, ...stateChanges(current, wanted)]
  },

  reach: want => unitReach(want.name),

  result: (want, _before, { unit: now }) => ({
    ...(want.name === undefined ? {} : { name: want.name }),
    ...(want.state === undefined ? {} : { state: want.state }),
    ...(want.enabled === undefined ? {} : { enabled: want.enabled }),
    status: now ?? {},
  }),
})

const fileOf = (name = ''): string => `/etc/systemd/system/${unitName(name)}`

const unknownUnit = (name: string, names: readonly string[]): UserError =>
  new UserError('E_UNIT_UNKNOWN', `there is no unit ${name} on this host`, {
    hint: didYouMean(name, names) ?? 'is the package installed that brings it?',
  })

const managerChanges = (
  want: { readonly daemon_reload: boolean; readonly daemon_reexec: boolean },
  now: Unit | null,
  stale: readonly string[],
): Change[] => {
  const fresh = [
    becomes(unreadUnits(), []),
    ...(now === null ? [] : unitBecomes(now, withFields(now, { NeedDaemonReload: 'no' }))),
  ]
  const change = { do: 'run', effects: fresh, scope: [{ realm: 'unit', name: '*' }] } as const
  const reexec: Change = {
    ...change,
    summary: 'restart systemd itself',
    script: constant('systemctl daemon-reexec'),
    act: { kind: 'unproved' },
  }
  const reload: Change = {
    ...change,
    summary: `read unit files again (${stale.join(', ')})`,
    script: constant('systemctl daemon-reload'),
  }
  return [
    ...(want.daemon_reexec ? [reexec] : []),
    ...(want.daemon_reload && stale.length > 0 ? [reload] : []),
  ]
}

/** The same under the name that playbooks have used for longer. */
export const systemd = { ...systemdService, name: 'systemd' }

export const service = defineModule({
  name: 'service',
  summary: 'Starts, stops and enables services; systemd alone is supported.',
  params: {
    name: line('A service.'),
    state: STATE,
    enabled: ENABLED,
    use: withDefault(oneOf(['auto', 'systemd'], 'No other service manager is supported.'), 'auto'),
  },
  check: want =>
    want.state === undefined && want.enabled === undefined
      ? 'say what is wanted: state or enabled'
      : undefined,
  probes: (want, known) => systemdService.probes(asUnit(want), known),
  plan: (want, actual) => systemdService.plan(asUnit(want), actual),
  reach: want => unitReach(want.name),
  result: (want, before, after, outcomes) =>
    systemdService.result?.(asUnit(want), before, after, outcomes) ?? {},
})

type SystemdWant = Parameters<typeof systemdService.probes>[0]
type ServiceWant = Pick<SystemdWant, 'state' | 'enabled' | 'context'> & { readonly name: string }

const asUnit = ({ name, state, enabled, context }: ServiceWant): SystemdWant => ({
  name,
  state,
  enabled,
  context,
  masked: undefined,
  daemon_reload: false,
  daemon_reexec: false,
  scope: 'system',
  no_block: false,
  force: false,
  prepared: undefined,
})
