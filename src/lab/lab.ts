import { UserError } from '../core/error.ts'
import { groupsOf, isPopulated, removeCgroup, type Groups } from './cgroup.ts'
import { hostDir, hostRecords, type Placement } from './host.ts'
import type { ImageName } from './images.ts'
import { requireMachine } from './machine.ts'
import { removeNetwork } from './network.ts'
import { addressesOf, checkName, findLab, labDir } from './place.ts'
import { removeFiles, tableOf, withLabLock } from './place.ts'
import type { Lab } from './place.ts'
import { reboot, type Outside } from './readiness.ts'
import { keyFileOf, knownHostsOf, openSsh } from './ssh.ts'

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

/** Which host of which lab is meant. */
export interface HostChoice extends LabChoice {
  readonly host: string
}

/** What `labDown` is asked for. */
export interface LabDownOptions extends LabChoice {
  /** Is told what was there. */
  readonly onProgress?: ((message: string) => void) | undefined
}

/** What to run on a host, and as whom. */
export interface SshOptions extends HostChoice {
  /** As OpenSSH takes it: the words are joined and given to the login shell. None is a session. */
  readonly command?: readonly string[] | undefined
  /** `root` when left out. */
  readonly user?: string | undefined
}

/** Ends a lab and all its hosts; fine too where there is none, or where `labUp` was killed. */
export const labDown = async (options: LabDownOptions = {}): Promise<void> => {
  const name = labName(options)
  const { cgroups } = await requireMachine()
  await withLabLock(name, async lock => {
    const lab = await findLab(name)
    const hosts = await hostRecords(labDir(name))
    // Processes first: with them go their mounts, their networks, and whoever could make more.
    await removeCgroup(groupsOf(cgroups, name).all)
    await removeNetwork({ table: tableOf(name), bridge: lab?.bridge }, { lock })
    await removeFiles(name)
    options.onProgress?.(`lab ${name}: ${hosts.length} hosts removed`)
  })
}

/** The hosts of a lab, in the order of their addresses; none when there is no such lab. */
export const labList = async (choice: LabChoice = {}): Promise<LabHost[]> => {
  const { lab, groups, records } = await look(choice)
  return lab ? Promise.all(records.map(record => describe(record, lab, groups))) : []
}

/** Runs OpenSSH on our terminal and returns its exit status. */
export const labSsh = async ({
  host,
  command = [],
  user = 'root',
  ...choice
}: SshOptions): Promise<number> => {
  const { lab, groups, record } = await runningHost(host, choice)
  return openSsh({ ...(await describe(record, lab, groups)), user }, command)
}

/** Reboots a host, which keeps its files, and waits until it is ready again. */
export const labReboot = ({ host, ...choice }: HostChoice): Promise<void> =>
  withLabLock(labName(choice), async lock => {
    const { lab, groups, record } = await runningHost(host, choice)
    await reboot(outsideOf(record, lab, groups), { lock, cgroup: groups.main })
  })

/** The name of the lab that is meant, checked. */
export const labName = ({ lab = 'lab' }: LabChoice): string => checkName('lab', lab)

const SSH_PORT = 22

/** A host as its lab's user sees it. */
export const describe = async (record: Placement, lab: Lab, groups: Groups): Promise<LabHost> => ({
  name: record.name,
  ...addressesOf(lab, record.number),
  port: SSH_PORT,
  user: 'root',
  keyFile: keyFileOf(lab),
  knownHosts: knownHostsOf(lab),
  image: record.image,
  running: await isPopulated(groups.watch(record.name)),
})

/** A host as the machine sees it. */
export const outsideOf = ({ name, number }: Placement, lab: Lab, groups: Groups): Outside => ({
  name,
  dir: hostDir(lab.dir, name),
  cgroup: groups.host(name),
  watch: groups.watch(name),
  address: addressesOf(lab, number).address,
  port: SSH_PORT,
})

const look = async (choice: LabChoice) => {
  const name = labName(choice)
  const { cgroups } = await requireMachine()
  const lab = await findLab(name)
  const records = lab ? await hostRecords(lab.dir) : []
  return { lab, records, groups: groupsOf(cgroups, name) }
}

const runningHost = async (host: string, choice: LabChoice) => {
  const { lab, records, groups } = await look(choice)
  const record = records.find(({ name }) => name === host)
  if (lab && record && (await isPopulated(groups.watch(host)))) return { lab, groups, record }
  const names = records.map(({ name }) => name).join(', ')
  const fact = record ? `host ${host} does not run` : `there is no host ${host} in the lab`
  throw new UserError('E_LAB_NO_HOST', fact, {
    hint: record || names === '' ? 'start it with "provision lab up"' : `its hosts are ${names}`,
  })
}
