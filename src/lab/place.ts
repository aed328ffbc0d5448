import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../core/error.ts'
import { run, type Bound } from './commands.ts'
import { removeLock, withLock, type Lock } from './lock.ts'

/** Where all labs, images and downloaded packages are kept. */
export const labRoot = (): string => process.env.PROVISION_LAB_DIR ?? '/var/lib/provision-lab'

/** One lab's share of the machine: every resource it takes is named here. */
export interface Lab {
  readonly name: string
  /** State that ends with the lab. */
  readonly dir: string
  /** Its number on this machine, which its network is made of. */
  readonly index: number
  readonly bridge: string
  /** The table of packet filter rules. */
  readonly table: string
  /** The machine's side of the bridge: gateway and package cache. */
  readonly gateway: string
}

/** The last number of the machine's addresses in every lab. */
export const GATEWAY = 1

/** The address of a host by its last number, in both families. */
export const addressesOf = ({ index }: Pick<Lab, 'index'>, number: number) => ({
  address: `10.77.${index}.${number}`,
  // The digits read the same in both, although these are hexadecimal.
  address6: index === 0 ? `fd77::${number}` : `fd77:0:0:${index}::${number}`,
})

/**
 * The hardware address of a host. It stays the same over reboots, as a real card's does: otherwise
 * its neighbours would go on sending to the old one until their caches forget it.
 */
export const hardwareAddressOf = ({ index }: Pick<Lab, 'index'>, number: number): string => {
  const hex = (byte: number) => byte.toString(16).padStart(2, '0')
  return `02:77:00:00:${hex(index)}:${hex(number)}`
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** Checks a name of a lab or host: it becomes a host name, a folder and a part of rules. */
export const checkName = (what: 'lab' | 'host', name: string): string => {
  if (NAME.test(name)) return name
  throw new UserError('E_LAB_NAME', `"${name}" cannot be the name of a ${what}`, {
    hint: 'use small letters, digits and inner hyphens, 63 at most',
  })
}

const labsDir = (): string => join(labRoot(), 'labs')

/** The folder of a lab, which exists from its allocation to its end. */
export const labDir = (name: string): string => join(labsDir(), name)

/** The name of a lab's table, which `down` also knows when the lab's state is lost. */
export const tableOf = (name: string): string => `provision-lab-${name}`

const lockOf = (name: string): string => join(labRoot(), 'locks', name)

/** Serializes what is done to one lab. */
export const withLabLock = <T>(name: string, work: (lock: Lock) => Promise<T>): Promise<T> =>
  withLock(lockOf(name), work)

/** Removes all files of a lab, whose lock the caller holds. */
export const removeFiles = async (name: string): Promise<void> => {
  await rm(labDir(name), { recursive: true, force: true })
  await removeLock(lockOf(name))
}

/** Serializes what all labs of the machine share. */
export const withMachineLock = <T>(work: () => Promise<T>): Promise<T> =>
  withLock(join(labRoot(), 'lock'), work)

/** The lab of this name, or undefined when it was never brought up. */
export const findLab = async (name: string): Promise<Lab | undefined> => {
  const dir = labDir(name)
  const index = await readIndex(dir)
  if (index === undefined) return undefined
  const { address: gateway } = addressesOf({ index }, GATEWAY)
  return { name, dir, index, bridge: bridgeOf(index), table: tableOf(name), gateway }
}

/** The lab of this name; a new one gets the first free network. */
export const allocateLab = async (name: string, bound: Bound): Promise<Lab> =>
  withMachineLock(async () => {
    const known = await findLab(name)
    if (known) return known
    const index = firstFree(await takenIndexes(bound))
    await mkdir(labDir(name), { recursive: true })
    await writeState(join(labDir(name), 'lab.json'), { index })
    const lab = await findLab(name)
    if (!lab) throw new Error(`the lab ${name} vanished while it was allocated`)
    return lab
  })

/** Writes JSON so that a reader sees all of it or nothing, also after a crash. */
export const writeState = async (file: string, state: unknown): Promise<void> => {
  await writeFile(`${file}.new`, `${JSON.stringify(state)}\n`)
  await rename(`${file}.new`, file)
}

const bridgeOf = (index: number): string => `plab${index}`

/** Whether a network interface belongs to some lab of this machine. */
export const isLabInterface = (name: string): boolean => /^plab\d+/.test(name)

const readIndex = async (dir: string): Promise<number | undefined> => {
  try {
    return (JSON.parse(await readFile(join(dir, 'lab.json'), 'utf8')) as Lab).index
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const takenIndexes = async (bound: Bound): Promise<Set<number>> => {
  await mkdir(labsDir(), { recursive: true })
  const labs = await readdir(labsDir())
  const recorded = await Promise.all(labs.map(lab => readIndex(labDir(lab))))
  // A network that the machine already has: of another state folder's lab, or not ours at all.
  const addresses = await run('ip', ['-oneline', '-4', 'address'], bound)
  const present = [...addresses.matchAll(/ 10\.77\.(\d+)\./g)].map(([, index]) => Number(index))
  return new Set([...recorded.filter(n => n !== undefined), ...present])
}

const firstFree = (taken: ReadonlySet<number>): number => {
  const index = Array.from({ length: 256 }, (_, i) => i).find(i => !taken.has(i))
  if (index !== undefined) return index
  throw new UserError('E_LAB_FULL', 'all 256 networks for labs are taken', {
    hint: 'end labs with "provision lab down --lab NAME"',
  })
}
