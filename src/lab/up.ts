import { writeFile } from 'node:fs/promises'
import { readAptSetup, type AptSetup } from './apt.ts'
import { boot } from './boot.ts'
import { startCache } from './cache/start.ts'
import { createCgroup, groupsOf, isPopulated, removeCgroup, type Groups } from './cgroup.ts'
import type { Confined } from './commands.ts'
import { createHost, hostDir, hostRecords, knownHostLines } from './host.ts'
import type { HostRecord, Placement } from './host.ts'
import { ensureImage } from './image.ts'
import { describe, labName, outsideOf, type LabChoice, type LabHost } from './lab.ts'
import { requireMachine } from './machine.ts'
import { createNetwork } from './network.ts'
import { addressesOf, allocateLab, hardwareAddressOf, withLabLock, type Lab } from './place.ts'
import { assignHosts, parseWanted, type Wanted } from './plan.ts'
import { failedUnits, waitUntilReady, type Outside } from './readiness.ts'
import { ensureKey, knownHostsOf } from './ssh.ts'

/** What `labUp` is asked for. */
export interface LabUpOptions extends LabChoice, Wanted {
  /** Is told, in a sentence each, what takes time and what went wrong without being fatal. */
  readonly onProgress?: ((message: string) => void) | undefined
}

/** What all steps of one `labUp` share. */
interface Session {
  readonly lab: Lab
  readonly groups: Groups
  /** Where it runs whatever is not a part of the lab itself. */
  readonly main: Confined
  readonly apt: AptSetup
  readonly publicKey: string
  /** Settles when packages can be downloaded. */
  readonly cache: Promise<void>
  readonly onProgress: (message: string) => void
}

/**
 * Boots the hosts that do not run yet and returns those asked for, ready to be logged into.
 * Hosts that run, or that were made before, are left as they are.
 */
export const labUp = async (options: LabUpOptions): Promise<LabHost[]> => {
  const name = labName(options)
  const specs = parseWanted(options)
  const { cgroups } = await requireMachine()
  return withLabLock(name, async lock => {
    const groups = groupsOf(cgroups, name)
    // What a killed `up` still has at work would meddle with ours.
    await removeCgroup(groups.main)
    await createCgroup(groups.main)
    const main = { lock, cgroup: groups.main }
    const session = await openSession(await allocateLab(name, main), { ...options, groups, main })
    const { lab } = session
    const placements = assignHosts(specs, await hostRecords(lab.dir), lab)
    await Promise.all([session.cache, ...placements.map(placed => bringUp(placed, session))])
    await writeKnownHosts(lab)
    return Promise.all(placements.map(placed => describe(placed, lab, groups)))
  })
}

const openSession = async (
  lab: Lab,
  { groups, main, onProgress = () => undefined }: LabUpOptions & Pick<Session, 'groups' | 'main'>,
): Promise<Session> => {
  await createNetwork(lab, main)
  const [apt, publicKey] = await Promise.all([readAptSetup(main), ensureKey(lab, main)])
  const cache = startCache(lab, { ...main, cgroup: groups.cache, secure: apt.secure })
  return { lab, groups, main, apt, publicKey, cache, onProgress }
}

const bringUp = async (placement: Placement, session: Session): Promise<void> => {
  const { lab, groups, main, onProgress } = session
  const outside = outsideOf(placement, lab, groups)
  if (!(await isPopulated(outside.watch)))
    await start(await ensureHost(placement, session), outside, session)
  if ((await waitUntilReady(outside, main)) === 'running') return
  onProgress(`${outside.name}: failed units: ${(await failedUnits(outside, main)).join(', ')}`)
}

const ensureHost = async (placement: Placement, session: Session): Promise<HostRecord> => {
  const { lab, publicKey, main } = session
  const known = (await hostRecords(lab.dir)).find(({ name }) => name === placement.name)
  if (known) return known
  const record = { ...placement, root: await ensureImage(placement.image, session) }
  const access = { publicKey, gateway: lab.gateway, main }
  await createHost(hostDir(lab.dir, record.name), record, access)
  return record
}

const start = async (
  { number, root }: HostRecord,
  host: Outside,
  { lab, main }: Session,
): Promise<void> => {
  await Promise.all([createCgroup(host.cgroup), createCgroup(host.watch)])
  const place = {
    ...addressesOf(lab, number),
    hardware: hardwareAddressOf(lab, number),
    bridge: lab.bridge,
    cable: `${lab.bridge}v${number}`,
    gateway: lab.gateway,
  }
  await boot({ ...host, ...place, root }, main.lock)
}

const writeKnownHosts = async (lab: Lab): Promise<void> => {
  const lines = (await hostRecords(lab.dir)).map(({ name, number }) => {
    const { address, address6 } = addressesOf(lab, number)
    return knownHostLines(hostDir(lab.dir, name), [name, address, address6])
  })
  await writeFile(knownHostsOf(lab), (await Promise.all(lines)).join(''))
}
