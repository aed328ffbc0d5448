import { chmod, chown, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { run, type Bound } from './commands.ts'
import { writeState } from './place.ts'
import type { ImageName } from './images.ts'

/** A host by what was decided about it. */
export interface Placement {
  readonly name: string
  readonly image: ImageName
  /** The last number of its addresses. */
  readonly number: number
}

/** A host that was made. */
export interface HostRecord extends Placement {
  /** The image's folder: a newer build of the same image does not fit under the host's files. */
  readonly root: string
}

/** The folder of one host. */
export const hostDir = (labDir: string, name: string): string => join(labDir, 'hosts', name)

/** All hosts of a lab that were made completely, in the order of their addresses. */
export const hostRecords = async (labDir: string): Promise<HostRecord[]> => {
  const names = await readdir(join(labDir, 'hosts')).catch(ifMissing([]))
  const records = await Promise.all(names.map(name => readRecord(hostDir(labDir, name))))
  return records.filter(r => r !== undefined).sort((a, b) => a.number - b.number)
}

const readRecord = async (dir: string): Promise<HostRecord | undefined> => {
  const text = await readFile(join(dir, 'host.json'), 'utf8').catch(ifMissing(undefined))
  return text === undefined ? undefined : (JSON.parse(text) as HostRecord)
}

const ifMissing =
  <T>(value: T) =>
  (error: unknown): T => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return value
    throw error
  }

/** Makes what distinguishes a new host from its image: name, keys, who may log in. */
export const createHost = async (
  dir: string,
  record: HostRecord,
  { publicKey, gateway, main }: { publicKey: string; gateway: string; main: Bound },
): Promise<void> => {
  // Without its record the folder is what a killed run has left.
  await rm(dir, { recursive: true, force: true })
  const upper = join(dir, 'upper')
  for (const folder of ['upper/etc/ssh', 'upper/etc/apt/apt.conf.d', 'work', 'root'])
    await mkdir(join(dir, folder), { recursive: true })
  const files = await filesOf(record.name, gateway)
  for (const [file, text] of Object.entries(files)) await writeFile(join(upper, file), text)
  await authorize(join(upper, 'root'), publicKey, ROOT)
  await authorize(join(upper, 'home/admin'), publicKey, ADMIN)
  await run('ssh-keygen', ['-q', '-A', '-f', upper], main)
  await writeState(join(dir, 'host.json'), record)
}

const ROOT = 0
// The first user that useradd makes in an image.
const ADMIN = 1000

const filesOf = async (name: string, gateway: string): Promise<Record<string, string>> => ({
  'etc/hostname': `${name}\n`,
  // As Debian's installer writes it.
  'etc/hosts': `127.0.0.1\tlocalhost\n127.0.1.1\t${name}\n
# The following lines are desirable for IPv6 capable hosts
::1     localhost ip6-localhost ip6-loopback
ff02::1 ip6-allnodes
ff02::2 ip6-allrouters\n`,
  'etc/machine-id': `${randomBytes(16).toString('hex')}\n`,
  'etc/resolv.conf': await resolver(),
  // Only what apt asks in the clear can be cached; the rest goes its own way.
  'etc/apt/apt.conf.d/90lab-cache': `Acquire::http::Proxy "http://${gateway}";
Acquire::https::Proxy "DIRECT";\n`,
})

// A resolver on the loopback address is the machine's alone; systemd-resolved keeps the real ones.
const resolver = async (): Promise<string> => {
  const stub = await readFile('/etc/resolv.conf', 'utf8')
  const servers = [...stub.matchAll(/^nameserver\s+(\S+)/gm)].map(([, address]) => address ?? '')
  if (!servers.every(address => address.startsWith('127.') || address === '::1')) return stub
  return readFile('/run/systemd/resolve/resolv.conf', 'utf8').catch(ifMissing(stub))
}

const authorize = async (home: string, publicKey: string, owner: number): Promise<void> => {
  const folder = join(home, '.ssh')
  const file = join(folder, 'authorized_keys')
  await mkdir(folder, { recursive: true })
  await writeFile(file, publicKey, { mode: 0o600 })
  for (const path of [home, folder]) await chmod(path, 0o700)
  for (const path of [home, folder, file]) await chown(path, owner, owner)
}

/** Lines of known_hosts for a host's keys, under its addresses and its name. */
export const knownHostLines = async (dir: string, names: readonly string[]): Promise<string> => {
  const folder = join(dir, 'upper/etc/ssh')
  const files = (await readdir(folder)).filter(file => /^ssh_host_.*\.pub$/.test(file)).sort()
  const keys = await Promise.all(files.map(file => readFile(join(folder, file), 'utf8')))
  return keys.map(key => `${names.join(',')} ${key.split(' ').slice(0, 2).join(' ')}\n`).join('')
}
