import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { hostDir } from '../src/lab/host.ts'
import { labDown, labRoot, labUp, type LabHost } from '../src/lab/index.ts'
import { labDir } from '../src/lab/place.ts'
import { sshArguments } from '../src/lab/ssh.ts'

export const ROOT = join(import.meta.dirname, '..')
export const PROVISION = [process.execPath, join(ROOT, 'dist/cli/main.js')] as const

/** Hosts of the benchmark's own, with a directory for what is made for them. */
export class Hosts {
  readonly directory = mkdtempSync(join(tmpdir(), 'provision-bench-'))
  readonly #wanted: { readonly lab: string; readonly image: string; readonly hosts: string[] }
  #all: readonly LabHost[] = []
  readonly #aside: string
  #leftBehind = 0

  private constructor(image: string, names: readonly string[]) {
    this.#wanted = { lab: `bench-${process.pid}`, image, hosts: [...names] }
    this.#aside = join(labRoot(), `${this.#wanted.lab}.aside`)
  }

  static async up(image: string, names: readonly string[]): Promise<Hosts> {
    const hosts = new Hosts(image, names)
    await hosts.renew()
    return hosts
  }

  /**
   * Bare hosts in the place of those that there are, under the same names and addresses. What the old
   * ones have written stays until the end: ext4 looks through the inodes that were freed within the last
   * minutes for each that it gives out, which took dpkg up to twice as long on the new ones.
   */
  async renew(): Promise<void> {
    const before = this.addresses
    mkdirSync(this.#aside, { recursive: true })
    for (const { name } of this.all)
      renameSync(
        join(hostDir(labDir(this.#wanted.lab), name), 'upper'),
        join(this.#aside, String(this.#leftBehind++)),
      )
    await labDown(this.#wanted)
    this.#all = await labUp(this.#wanted).catch(async (error: unknown) => {
      await this.down()
      throw error
    })
    if (before.length > 0 && before.join() !== this.addresses.join())
      throw new Error(`hosts that were at ${before.join(', ')} are at ${this.addresses.join(', ')}`)
  }

  get all(): readonly LabHost[] {
    return this.#all
  }

  get key(): string {
    return this.all[0]?.keyFile ?? ''
  }

  get addresses(): readonly string[] {
    return this.all.map(({ address, port }) => `${address}:${port}`)
  }

  /** Writes a file into the directory, and gives its path. */
  file(name: string, text: string): string {
    const path = join(this.directory, name)
    writeFileSync(path, text)
    return path
  }

  /** An inventory for us and one for Ansible: the same hosts, at these `address:port`. */
  inventories(name: string, addresses: readonly string[]): { ours: string; ansible: string } {
    const lines = this.all.map(({ name: host }, i) => {
      const [address = '', port = ''] = addresses[i]?.split(':') ?? []
      return `${host} ansible_host=${address} ansible_port=${port}`
    })
    const keys = readFileSync(this.all[0]?.knownHosts ?? '', 'utf8').split('\n')
    const known = this.all.flatMap(({ address: own }, i) => {
      const [address = '', port = ''] = addresses[i]?.split(':') ?? []
      return keys.flatMap(line => {
        const [names = '', ...key] = line.split(' ')
        return names.split(',').includes(own) ? [`[${address}]:${port} ${key.join(' ')}`] : []
      })
    })
    const shared = `ansible_user=root\nansible_ssh_private_key_file=${this.key}\n`
    const knownFile = this.file(`${name}.known_hosts`, `${[...keys, ...known].join('\n')}\n`)
    return {
      ours: this.file(
        `${name}.ini`,
        `[web]\n${lines.join('\n')}\n[web:vars]\n${shared}ansible_ssh_known_hosts_file=${knownFile}\n`,
      ),
      ansible: this.file(
        `${name}.ansible.ini`,
        `[web]\n${lines.join('\n')}\n[web:vars]\n${shared}`,
      ),
    }
  }

  async down(): Promise<void> {
    await labDown(this.#wanted)
    rmSync(this.#aside, { recursive: true, force: true })
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** What a command on a host prints, once it has succeeded. */
export const onHost = async (host: LabHost, command: string): Promise<string> => {
  const { stdout } = await promisify(execFile)('ssh', [...sshArguments(host), command])
  return stdout.trim()
}
