import { join } from 'node:path'
import { PROVISION, ROOT, type Hosts } from '../hosts.ts'
import type { Contender } from '../timing.ts'

/** Which hosts the site stands on. */
export const SITE_HOSTS = ['lb1', 'web1', 'web2'] as const
export const SITE_IMAGE = 'debian-13'

/** Where the passwords of the site are kept, each in a file of its name. */
export const secretsOf = ({ directory }: Hosts): string => join(directory, 'secrets')

/** A run of `playbooks/site.yml` on these hosts. */
export const siteRun = (hosts: Hosts, ...flags: readonly string[]): Contender => {
  const [first] = hosts.all
  if (first === undefined) throw new Error('there is no host')
  const variables = {
    lab_directory: join(first.keyFile, '..'),
    lab_network: first.address.replace(/\.\d+$/, ''),
    secrets: secretsOf(hosts),
    tls_authority_directory: join(hosts.directory, 'authority'),
  }
  const what = ['playbooks/site.yml', '-i', 'inventory/lab.yml', '-e', JSON.stringify(variables)]
  return {
    name: 'provision',
    command: [...PROVISION, ...what, ...flags],
    cwd: ROOT,
  }
}
