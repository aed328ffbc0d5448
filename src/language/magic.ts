import type { Hosts } from './hosts.ts'
import type { Play, Role } from './play.ts'
import type { Layer } from './resolver.ts'
import { OMIT } from './value.ts'

/** How the run was started, as its magic variables tell. */
export interface RunFacts {
  readonly checkMode: boolean
  readonly diffMode: boolean
  readonly verbosity: number
  readonly forks: number
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
  readonly limit: string | undefined
  readonly inventorySources: readonly string[]
}

// The version of ansible-core whose documented language this tool follows: playbooks ask for it.
const VERSION: Layer = new Map<string, unknown>([
  ['full', '2.17.0'],
  ['major', 2],
  ['minor', 17],
  ['revision', 0],
  ['string', '2.17.0'],
])

/** The hosts of a play: those of its batch, all of them, and those that it has lost. */
export interface Batch {
  readonly hosts: readonly string[]
  readonly allHosts: readonly string[]
  readonly lost: readonly string[]
}

/** Variables that are the same in the whole run, until the inventory changes. */
export const runMagic = (run: RunFacts, hosts: Hosts): Layer => {
  const magic = new Map<string, unknown>([
    ['omit', OMIT],
    ['groups', groupMembers(hosts)],
    ['ansible_check_mode', run.checkMode],
    ['ansible_diff_mode', run.diffMode],
    ['ansible_verbosity', run.verbosity],
    ['ansible_forks', run.forks],
    ['ansible_run_tags', run.tags.length === 0 ? ['all'] : run.tags],
    ['ansible_skip_tags', run.skipTags],
    ['ansible_inventory_sources', run.inventorySources],
    ['ansible_version', VERSION],
  ])
  if (run.limit !== undefined) magic.set('ansible_limit', run.limit)
  return magic
}

const groupMembers = (hosts: Hosts): Layer =>
  new Map([...hosts.groups.keys()].map(group => [group, hosts.hostsOf(group)]))

/** Variables that tell of a play and of its batch. */
export const playMagic = (play: Play, { hosts, allHosts, lost }: Batch): Layer => {
  const left = (of: readonly string[]): readonly string[] => of.filter(host => !lost.includes(host))
  const roles = play.roles.map(role => role.name)
  return new Map<string, unknown>([
    ['ansible_play_name', play.name],
    ['playbook_dir', play.directory],
    ['ansible_play_hosts', left(allHosts)],
    ['ansible_play_hosts_all', allHosts],
    ['ansible_play_batch', left(hosts)],
    ['play_hosts', left(hosts)],
    ['ansible_play_role_names', roles],
    ['ansible_role_names', roles],
    ['role_names', roles],
  ])
}

/** Variables that tell of a host's place in the inventory. */
export const hostMagic = (host: string, hosts: Hosts): Layer => {
  const magic = new Map<string, unknown>([
    ['inventory_hostname', host],
    ['inventory_hostname_short', host.split('.')[0]],
    ['group_names', hosts.groupsOf(host)],
    ['inventory_dir', hosts.directory],
  ])
  const file = hosts.sourceOf(host)
  if (file !== undefined) magic.set('inventory_file', file)
  return magic
}

/** Variables that tell of the role that a task belongs to. */
export const roleMagic = ({ name, directory }: Role): Layer =>
  new Map([
    ['role_name', name],
    ['ansible_role_name', name],
    ['role_path', directory],
  ])
