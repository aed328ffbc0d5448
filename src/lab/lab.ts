import { rm, writeFile } from 'node:fs/promises'
import { readAptSetup, type AptSetup } from './apt.ts'
import { boot } from './boot.ts'
import { startCache } from './cache/start.ts'
import { createCgroup, groupsOf, isPopulated, removeCgroup, type Groups } from './cgroup.ts'
import { createHost, hostDir, hostRecords, knownHostLines, type HostRecord } from './host.ts'
import { ensureImage } from './image.ts'
import type { ImageName } from './images.ts'
import { requireMachine } from './machine.ts'
import { createNetwork, removeNetwork } from './network.ts'
import { addressesOf, allocateLab, checkName, findLab, labDir } from './place.ts'
import { tableOf, withLabLock, type Lab } from './place.ts'
import { assignHosts, parseWanted, type Wanted } from './plan.ts'
import { failedUnits, waitUntilReady, type Outside } from './readiness.ts'
import { ensureKey, keyFileOf, knownHostsOf } from './ssh.ts'

/** A host of a lab, and how to log into it. `admin` can log in too, and has sudo unasked. */
export interface LabHost {
  readonly name: string
  readonly address: string
  readonly address6: string
  readonly port: number
  readonly user: string
  readonly keyFile: string
  /** A file with the host keys of the lab's hosts, for OpenSSH's UserKnownHostsFile. */
  readonly knownHosts: string
  readonly image: ImageName
  readonly running: boolean
}

/** Which lab is meant; `lab` when left out. */
export interface LabChoice {
  readonly lab?: string | undefined
}

/** What `labUp` is asked for. */
export interface LabUpOptions extends LabChoice, Wanted {
  /** Is told, in a sentence each, what takes time and what went wrong without being fatal. */
  readonly onProgress?: ((message: string) => void) | undefined
}

/** What all steps of one `labUp` share. */
interface Session {
  readonly lab: Lab
  readonly groups: Groups
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
  const name = nameOf(options)
  const specs = parseWanted(options)
  const { cgroups } = await requireMachine()
  return withLabLock(name, async () => {
    const session = await openSession(await allocateLab(name), groupsOf(cgroups, name), options)
    const { lab, groups } = session
    const records = assignHosts(specs, await hostRecords(lab.dir), lab)
    await Promise.all([session.cache, ...records.map(record => bringUp(record, session))])
    await writeKnownHosts(lab)
    return Promise.all(records.map(record => describe(record, lab, groups)))
  })
}

const openSession = async (
  lab: Lab,
  groups: Groups,
  { onProgress = () => undefined }: LabUpOptions,
): Promise<Session> => {
  await createCgroup(groups.main)
  await createNetwork(lab, { cgroup: groups.main })
  const [apt, publicKey] = await Promise.all([readAptSetup(), ensureKey(lab)])
  const cache = startCache(lab, { cgroup: groups.cache, secure: apt.secure })
  return { lab, groups, apt, publicKey, cache, onProgress }
}

const bringUp = async (record: HostRecord, session: Session): Promise<void> => {
  const { lab, groups, onProgress } = session
  const outside = outsideOf(record, lab, groups)
  if (!(await isPopulated(outside.cgroup))) await start(record, outside, session)
  if ((await waitUntilReady(outside)) === 'running') return
  onProgress(`${record.name}: failed units: ${(await failedUnits(outside)).join(', ')}`)
}

const start = async (record: HostRecord, outside: Outside, session: Session): Promise<void> => {
  const { lab, groups, publicKey } = session
  const known = (await hostRecords(lab.dir)).some(({ name }) => name === record.name)
  const [image] = await Promise.all([
    ensureImage(record.image, session),
    known || createHost(outside.dir, record, { publicKey, gateway: lab.gateway }),
  ])
  await createCgroup(outside.cgroup)
  boot({
    ...outside,
    ...addressesOf(lab, record.number),
    image,
    mainCgroup: groups.main,
    bridge: lab.bridge,
    cable: `${lab.bridge}v${record.number}`,
    gateway: lab.gateway,
  })
}

/** Ends a lab and all its hosts; fine too where there is none, or where `labUp` was killed. */
export const labDown = async (choice: LabChoice = {}): Promise<void> => {
  const name = nameOf(choice)
  const { cgroups } = await requireMachine()
  await withLabLock(name, async () => {
    const lab = await findLab(name)
    // Processes first: with them go their mounts, their networks, and whoever could make more.
    await removeCgroup(groupsOf(cgroups, name).all)
    await removeNetwork(tableOf(name), lab?.bridge)
    await rm(labDir(name), { recursive: true, force: true, maxRetries: 3 })
  })
}

/** The hosts of a lab, in the order of their addresses; none when there is no such lab. */
export const labList = async (choice: LabChoice = {}): Promise<LabHost[]> => {
  const name = nameOf(choice)
  const { cgroups } = await requireMachine()
  const lab = await findLab(name)
  if (lab === undefined) return []
  const records = await hostRecords(lab.dir)
  return Promise.all(records.map(record => describe(record, lab, groupsOf(cgroups, name))))
}

const nameOf = ({ lab = 'lab' }: LabChoice): string => checkName('lab', lab)

const SSH_PORT = 22

const outsideOf = ({ name, number }: HostRecord, lab: Lab, groups: Groups): Outside => ({
  name,
  dir: hostDir(lab.dir, name),
  cgroup: groups.host(name),
  address: addressesOf(lab, number).address,
  port: SSH_PORT,
})

const describe = async (record: HostRecord, lab: Lab, groups: Groups): Promise<LabHost> => ({
  name: record.name,
  ...addressesOf(lab, record.number),
  port: SSH_PORT,
  user: 'root',
  keyFile: keyFileOf(lab),
  knownHosts: knownHostsOf(lab),
  image: record.image,
  running: await isPopulated(groups.host(record.name)),
})

const writeKnownHosts = async (lab: Lab): Promise<void> => {
  const lines = (await hostRecords(lab.dir)).map(({ name, number }) => {
    const { address, address6 } = addressesOf(lab, number)
    return knownHostLines(hostDir(lab.dir, name), [name, address, address6])
  })
  await writeFile(knownHostsOf(lab), (await Promise.all(lines)).join(''))
}
