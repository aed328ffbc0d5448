import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labDown, labUp, type LabHost } from '../../src/lab/index.ts'
import { sshArguments } from '../../src/lab/ssh.ts'
import type { Report } from './report.ts'

/** What one call of `provision` came to. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const MAIN = join(__dirname, '../../dist/cli/main.js')
const MEGABYTES = 64

/** Runs the built command line, as a user would. */
export const provision = (...args: readonly string[]): Promise<Ended> =>
  new Promise(resolve => {
    const cwd = join(__dirname, '../..')
    // A test's own variables are given: by default a child gets those of the whole test run.
    const options = { maxBuffer: MEGABYTES * 1024 * 1024, cwd, env: process.env }
    const child = execFile(process.execPath, [MAIN, ...args], options, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr })
    })
  })

/** Runs a command on a host as root; what it prints, once it has succeeded. */
export const onHost = async (host: LabHost, command: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = { maxBuffer: MEGABYTES * 1024 * 1024 }
    execFile('ssh', [...sshArguments(host), command], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trim())
      else reject(new Error(`${host.name}: ${command}: ${stderr}`, { cause: error }))
    })
  })

const LOGS =
  'tail -n 40 /var/log/mysql/error.log 2>/dev/null; journalctl --no-pager --priority warning --lines 40'

/** What hosts have logged, for a failure whose reason a package's scripts keep to themselves. */
export const logsOf = (hosts: readonly LabHost[]): Promise<readonly string[]> =>
  Promise.all(hosts.map(async host => `${host.name}: ${await onHost(host, LOGS)}`))

/*
 * Debian's mysql-server (9.7.4-2) makes its database with `--initialize-insecure` and an init file that
 * ends in SHUTDOWN, which now and then comes before the server has made its system views: 3 of 200
 * times on busy processors, without any of ours. Its installation fails then, and cannot be repeated.
 */
const LOST_RACE = `awk '/Received SHUTDOWN from user boot/ { shut = 1 } /System views initialization failed/ && shut { print "lost" }' /var/log/mysql/error.log 2>/dev/null || :`

/** Whether the package's own script has lost that race on one of the hosts; says so. */
export const mysqlBrokeItself = async (hosts: readonly LabHost[]): Promise<boolean> => {
  const said = await Promise.all(hosts.map(host => onHost(host, LOST_RACE)))
  const lost = hosts.filter((_, i) => said[i] !== '').map(({ name }) => name)
  if (lost.length > 0)
    process.stderr.write(
      `mysql-server's own installation failed on ${lost.join(', ')} (SHUTDOWN before the system views); once more on fresh hosts\n`,
    )
  return lost.length > 0
}

/** A lab of a test's own, with the inventory that leads to it. */
export class TestLab {
  readonly name: string
  readonly hosts: readonly LabHost[]
  /** Holds the connections, made-up passwords and the authority; removed with the lab. */
  readonly directory: string

  private constructor(name: string, hosts: readonly LabHost[], directory: string) {
    this.name = name
    this.hosts = hosts
    this.directory = directory
  }

  /** Boots fresh hosts, in a lab of this process: two runs of one test do not meet. */
  static async up(test: string, image: string, hosts: readonly string[]): Promise<TestLab> {
    const name = `${test}-${process.pid}`
    const up = await labUp({ lab: name, image, hosts: [...hosts] }).catch(
      async (error: unknown) => {
        await labDown({ lab: name })
        throw error
      },
    )
    const lab = new TestLab(name, up, await mkdtemp(join(tmpdir(), 'provision-lab-')))
    await writeFile(lab.connections, JSON.stringify(lab.#inventory()))
    return lab
  }

  /** An inventory of addresses and keys, to be given after the one with the groups. */
  get connections(): string {
    return join(this.directory, 'connections.yml')
  }

  #inventory(): unknown {
    const [first] = this.hosts
    const password = (name: string): string =>
      `{{ lookup('password', '${this.directory}/${name} length=24') }}`
    return {
      all: {
        vars: {
          ansible_user: 'root',
          ansible_ssh_private_key_file: first?.keyFile,
          ansible_ssh_known_hosts_file: first?.knownHosts,
          tls_authority_directory: join(this.directory, 'authority'),
          app_database_password: password('app'),
          app_database_read_password: password('app_read'),
          mysql_replication_password: password('replication'),
        },
        hosts: Object.fromEntries(
          this.hosts.map(({ name, address }) => [name, { ansible_host: address }]),
        ),
      },
    }
  }

  host(name: string): LabHost {
    const found = this.hosts.find(host => host.name === name)
    if (found === undefined) throw new Error(`no host ${name}`)
    return found
  }

  /** Runs playbooks with an inventory of the repository, and reads the report. */
  async run(inventory: string, ...args: readonly string[]): Promise<Ended & { report: Report }> {
    return this.command([...this.sources(inventory), ...args])
  }

  /** The options for an inventory of the repository with the lab's connections. */
  sources(inventory: string): readonly string[] {
    return ['--inventory', inventory, '--inventory', this.connections]
  }

  /** Runs a command with `--output json`, and reads the report. */
  async command(args: readonly string[]): Promise<Ended & { report: Report }> {
    const ended = await provision(...args, '--output', 'json')
    if (!ended.stdout.startsWith('{')) throw new Error(`no report: ${ended.stderr}${ended.stdout}`)
    return { ...ended, report: JSON.parse(ended.stdout) as Report }
  }

  async down(): Promise<void> {
    await labDown({ lab: this.name })
    await rm(this.directory, { recursive: true, force: true })
  }
}
