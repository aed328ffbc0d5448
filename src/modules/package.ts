import { defineModule } from '../core/module.ts'
import { alias, list, oneOf, withDefault } from '../core/schema.ts'
import { line } from '../core/shapes.ts'
import { apt } from './apt.ts'
import { APT_PARAMS } from './apt/params.ts'

type AptWant = Parameters<typeof apt.probes>[0]

const STATES = {
  present: 'present',
  installed: 'present',
  latest: 'latest',
  absent: 'absent',
  removed: 'absent',
} as const

interface PackageWant extends Pick<AptWant, 'name' | 'context'> {
  readonly state: keyof typeof STATES
}

const DEFAULTS = Object.fromEntries(
  Object.entries(APT_PARAMS).map(([name, param]) => [name, param.default]),
)

const forApt = ({ name, state, context }: PackageWant): AptWant => ({
  ...DEFAULTS,
  name,
  state: STATES[state],
  context,
  prepared: undefined,
})

export const packageModule = defineModule({
  name: 'package',
  summary: "Installs and removes packages by the host's own package manager, which must be apt.",
  params: {
    name: alias(list(line('A package, as the package manager names it.'), 'Packages.'), 'pkg'),
    state: withDefault(
      oneOf(['present', 'installed', 'latest', 'absent', 'removed'], '`latest` also upgrades.'),
      'present',
    ),
    use: withDefault(line('`auto` or `apt`: no other package manager is supported.'), 'auto'),
  },

  check(want) {
    if (want.use !== undefined && !['auto', 'apt'].includes(want.use))
      return `the package manager "${want.use}" is not supported, only apt is`
    return apt.check?.({ name: want.name ?? [] })
  },

  probes: (want, known) => apt.probes(forApt(want), known),
  plan: (want, actual) => apt.plan(forApt(want), actual),
  result: (want, before, after, outcomes) =>
    apt.result?.(forApt(want), before, after, outcomes) ?? {},
})
