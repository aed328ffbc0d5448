import { FILTERS as JINJA_FILTERS } from '../../jinja/builtins/filters.ts'
import { TESTS as JINJA_TESTS } from '../../jinja/builtins/tests.ts'
import { FILTERS } from '../filters/index.ts'
import { LOOKUP_NAMES } from '../lookups/index.ts'
import { TESTS } from '../tests/index.ts'
import { IMPLICIT_HOSTS } from './hosts.ts'
import type { PlaySites } from './sites.ts'
import type { KnownNames } from './jinja.ts'
import type { CheckOptions } from './options.ts'

/** Every name that templates may use. */
export const knownNames = (options: CheckOptions, plays: readonly PlaySites[]): KnownNames => {
  const { inventory, filters = [], tests = [], lookups = [] } = options
  const grows = plays.some(
    ({ sites, handlers, isOpen }) =>
      isOpen ||
      [...sites, ...handlers].some(({ node }) => node.kind === 'task' && GROWS.has(node.module)),
  )
  return {
    filters: new Set([...JINJA_FILTERS.keys(), ...Object.keys(FILTERS), ...filters]),
    tests: new Set([...JINJA_TESTS.keys(), ...Object.keys(TESTS), 'filter', 'test', ...tests]),
    lookups: new Set([...LOOKUP_NAMES, ...lookups]),
    groups: grows ? undefined : new Set(['all', 'ungrouped', ...inventory.groups.keys()]),
    hosts: grows ? undefined : new Set([...inventory.hosts, ...IMPLICIT_HOSTS]),
  }
}

// Tasks that add hosts and groups to the inventory.
const GROWS = new Set(['add_host', 'group_by'])
