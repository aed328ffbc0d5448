import { defineModule } from '../core/module.ts'
import { groupBy } from '../core/group.ts'
import { list, oneOf, withDefault } from '../core/schema.ts'
import { line } from '../core/shapes.ts'
import { installedPackages } from '../probes/installed.ts'

export const packageFacts = defineModule({
  name: 'package_facts',
  summary: 'Gathers the installed packages as the fact `packages`.',
  params: {
    manager: withDefault(list(line('`auto` or `apt`.'), 'Only apt is supported.'), ['auto']),
    strategy: withDefault(oneOf(['first', 'all'], 'Accepted; there is one.'), 'first'),
  },
  touches: [],

  check: ({ manager }) => {
    const other = manager?.find(name => !['auto', 'apt'].includes(name))
    return other === undefined ? undefined : `the package manager "${other}" is not supported`
  },

  probes: () => ({ packages: installedPackages() }),
  plan: () => [],
  result: (_want, _before, { packages }) => ({
    ansible_facts: { packages: Object.fromEntries(groupBy(packages ?? [], ({ name }) => name)) },
  }),
})
