import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run, type Bound } from './commands.ts'
import {
  GATEWAY,
  addressesOf,
  hardwareAddressOf,
  isLabInterface,
  labRoot,
  withMachineLock,
  type Lab,
} from './place.ts'

const FORWARDING = '/proc/sys/net/ipv4/ip_forward'

/** The port on the lab's gateway where the package cache listens. */
export const CACHE_PORT = 3142

/** Makes the lab's bridge and its way out; what is there already stays. */
export const createNetwork = async (lab: Lab, bound: Bound): Promise<void> => {
  const { bridge, gateway } = lab
  // Left to itself a bridge takes the lowest address of its ports, which changes with every host.
  const hardware = hardwareAddressOf(lab, GATEWAY)
  const ip = (...args: string[]) => run('ip', args, bound)
  if (!(await interfaces()).includes(bridge))
    await ip('link', 'add', bridge, 'address', hardware, 'type', 'bridge')
  await ip('addr', 'replace', `${gateway}/24`, 'dev', bridge)
  await ip('addr', 'replace', `${addressesOf(lab, GATEWAY).address6}/64`, 'dev', bridge, 'nodad')
  await ip('link', 'set', bridge, 'up')
  await run('nft', [rules(lab)], bound)
  await withMachineLock(startForwarding)
}

/** Takes away what `createNetwork` made, and whatever hosts had plugged into the bridge. */
export const removeNetwork = async (
  { table, bridge }: { table: string; bridge: string | undefined },
  bound: Bound,
): Promise<void> => {
  await run('nft', [`table ip ${table} {}; delete table ip ${table}`], bound)
  for (const link of await interfaces())
    if (bridge !== undefined && (link === bridge || link.startsWith(`${bridge}v`)))
      await removeLink(link, bound)
  await withMachineLock(stopForwarding)
}

// Creating the table first makes the deletion valid when it was not there.
const rules = ({ table, bridge, gateway, index }: Lab): string => `
  table ip ${table} {}; delete table ip ${table}
  table ip ${table} {
    chain prerouting {
      type nat hook prerouting priority dstnat
      # Port 80, so that hosts whose firewall lets only web traffic out can install packages.
      iifname ${bridge} ip daddr ${gateway} tcp dport 80 redirect to :${CACHE_PORT}
    }
    chain postrouting {
      type nat hook postrouting priority srcnat
      ip saddr 10.77.${index}.0/24 oifname != ${bridge} masquerade
    }
  }`

const interfaces = (): Promise<string[]> => readdir('/sys/class/net')

// The kernel itself removes a dead host's interface, maybe between our reading and our asking.
const removeLink = async (link: string, bound: Bound): Promise<void> => {
  try {
    await run('ip', ['link', 'delete', link], bound)
  } catch (error) {
    if ((await interfaces()).includes(link)) throw error
  }
}

const before = (): string => join(labRoot(), 'ip_forward')

// What was set before the first lab is written down before it is changed, so that a crash between
// the two loses nothing.
const startForwarding = async (): Promise<void> => {
  if (!(await isThere(before()))) await writeFile(before(), await readFile(FORWARDING, 'utf8'))
  await writeFile(FORWARDING, '1')
}

const stopForwarding = async (): Promise<void> => {
  if (!(await isThere(before())) || (await interfaces()).some(isLabInterface)) return
  await writeFile(FORWARDING, await readFile(before(), 'utf8'))
  await rm(before())
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )
