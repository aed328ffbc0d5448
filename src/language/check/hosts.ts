import { UserError } from '../../core/error.ts'
import { didYouMean } from '../../core/nearest.ts'
import type { Play } from '../play.ts'
import type { Raw } from '../value.ts'
import type { CheckOptions } from './options.ts'

type Inventory = CheckOptions['inventory']

/** The controller exists without being named. */
export const IMPLICIT_HOSTS = ['localhost', '127.0.0.1', '::1']

/** The parts of a play's pattern; undefined where only a run can know one. */
const partsOf = ({ hosts }: Play): readonly (string | undefined)[] => {
  const patterns = (Array.isArray(hosts) ? hosts : [hosts]) as readonly Raw[]
  return patterns.flatMap(pattern =>
    typeof pattern === 'string' && !IMPLICIT_HOSTS.includes(pattern)
      ? pattern.split(/[,:]/)
      : [typeof pattern === 'string' ? pattern : undefined],
  )
}

const isPlain = (part: string | undefined): part is string =>
  part !== undefined && (/^[\w.-]+$/.test(part) || IMPLICIT_HOSTS.includes(part))

/**
 * Whether a play has no hosts in this inventory: nothing of it runs, and what it uses of the
 * inventory may well be missing. Several topologies share one playbook.
 */
export const isIdle = (play: Play, inventory: Inventory): boolean =>
  partsOf(play)
    // What is cut out or cut off adds no host.
    .filter(part => part === undefined || !/^[!&]/.test(part))
    .every(part => isPlain(part) && !hasHosts(part, inventory))

const hasHosts = (name: string, inventory: Inventory): boolean => {
  const { groups, hosts } = inventory
  if (name === 'all') return hosts.length > 0
  if (hosts.includes(name) || IMPLICIT_HOSTS.includes(name)) return true
  return (groups.has(name) || name === 'ungrouped') && inventory.hostsOf(name).length > 0
}

/** Warnings of names that the inventory does not have. */
export const unknownHosts = (play: Play, { groups, hosts }: Inventory): readonly UserError[] =>
  partsOf(play)
    .filter(isPlain)
    .filter(name => !['all', 'ungrouped', ...IMPLICIT_HOSTS].includes(name))
    .filter(name => !groups.has(name) && !hosts.includes(name))
    .map(
      name =>
        new UserError('E_NO_HOSTS', `no host and no group is called "${name}"`, {
          at: play.at,
          hint: didYouMean(name, [...groups.keys(), ...hosts]),
        }),
    )
