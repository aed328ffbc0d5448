import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { labDown, labUp, type ImageName, type LabHost } from '../../src/lab/index.ts'
import { pki } from '../../src/pki/index.ts'

const ROOT = resolve(__dirname, '../..')

/** What a run of the command line printed and how it ended. */
interface Ended {
  readonly code: number
  readonly output: string
}

/** One host's counts in a run's JSON document. */
interface Counts {
  readonly ok: number
  readonly changed: number
  readonly failed: number
}

/** A run's JSON document, as far as the tests look at it. */
export interface Report {
  readonly code: number
  readonly hosts: Readonly<Record<string, Counts>>
  readonly messages: readonly string[]
}

/** Passwords that no list of processes and no log may hold. */
export const PASSWORDS = {
  mysql_replication_password: 'Repl-7f3a9c5e21',
  app_database_password: 'Write-4be08d77aa',
  app_database_read_password: 'Read-93c1f6e2b0',
} as const

/** Two database servers in a lab of their own, and the playbook that makes a topology of them. */
export class DatabaseLab {
  readonly lab: string
  readonly directory: string
  readonly hosts: readonly LabHost[]

  private constructor(lab: string, directory: string, hosts: readonly LabHost[]) {
    this.lab = lab
    this.directory = directory
    this.hosts = hosts
  }

  static async up(lab: string, image: ImageName): Promise<DatabaseLab> {
    const hosts = await labUp({ lab, image, hosts: ['db1', 'db2'] })
    const directory = await mkdtemp(join(tmpdir(), `${lab}-`))
    await writeCertificates(directory, hosts)
    await writeFile(join(directory, 'play.yml'), playbook(hosts))
    return new DatabaseLab(lab, directory, hosts)
  }

  async down(): Promise<void> {
    await labDown({ lab: this.lab })
    await rm(this.directory, { recursive: true, force: true })
  }

  /** Makes `primary` the primary and the other a replica; more words go to the command line. */
  async converge(primary: string, ...words: readonly string[]): Promise<Report> {
    const inventory = join(this.directory, `${primary}.json`)
    await writeFile(inventory, JSON.stringify(this.#inventory(primary)))
    const { code, output } = await this.#provision(inventory, words)
    const start = output.indexOf('{')
    if (start < 0 || code === 1 || code === 64) throw new Error(output)
    const document = JSON.parse(output.slice(start, output.lastIndexOf('}') + 1)) as {
      hosts: Report['hosts']
      tasks: { status: string; message: string | null }[]
    }
    const messages = document.tasks
      .filter(({ status }) => status !== 'skipped')
      .flatMap(({ message }) => (message === null ? [] : [message]))
    return { code, hosts: document.hosts, messages }
  }

  /** Runs a command as root on the host and gives its output. */
  async on(host: string, command: string): Promise<string> {
    const { address, keyFile, knownHosts } = this.#host(host)
    const options = [
      '-i',
      keyFile,
      '-o',
      `UserKnownHostsFile=${knownHosts}`,
      '-o',
      'LogLevel=ERROR',
    ]
    const { output } = await run('ssh', [...options, `root@${address}`, command])
    return output.trim()
  }

  /** Runs statements on the host's server and gives their rows. */
  sql(host: string, statements: string): Promise<string> {
    const client = 'c=$(command -v mariadb || command -v mysql)'
    const quoted = statements.replaceAll("'", `'\\''`)
    return this.on(host, `${client}; "$c" --batch --skip-column-names -e '${quoted}' 2>&1`)
  }

  #host(name: string): LabHost {
    const host = this.hosts.find(known => known.name === name)
    if (host === undefined) throw new Error(`no host ${name}`)
    return host
  }

  #provision(inventory: string, words: readonly string[]): Promise<Ended> {
    const all = ['--inventory', inventory, '--output', 'json', ...words]
    const program = [join(ROOT, 'src/cli/main.ts'), join(this.directory, 'play.yml'), ...all]
    return run(join(ROOT, 'node_modules/.bin/tsx'), program)
  }

  #inventory(primary: string): unknown {
    const hosts = this.hosts.map(
      ({ name, address, user, keyFile, knownHosts }): [string, object] => [
        name,
        {
          ansible_host: address,
          ansible_user: user,
          ansible_ssh_private_key_file: keyFile,
          ansible_ssh_known_hosts_file: knownHosts,
        },
      ],
    )
    const others = this.hosts.filter(({ name }) => name !== primary)
    return {
      all: {
        hosts: Object.fromEntries(hosts),
        vars: PASSWORDS,
        children: {
          databases: {
            children: {
              db_primary: { hosts: namesOnly([primary]) },
              db_replicas: { hosts: namesOnly(others.map(({ name }) => name)) },
            },
          },
        },
      },
    }
  }
}

const namesOnly = (names: readonly string[]): Readonly<Record<string, null>> =>
  Object.fromEntries(names.map(name => [name, null]))

/** Runs a program to its end; standard error follows standard output. */
const run = (program: string, words: readonly string[]): Promise<Ended> =>
  new Promise((done, fail) => {
    const child = spawn(program, words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    const parts: Buffer[] = []
    const errors: Buffer[] = []
    child.stdout.on('data', (part: Buffer) => parts.push(part))
    child.stderr.on('data', (part: Buffer) => errors.push(part))
    child.on('error', fail)
    child.on('close', (code: number | null) => {
      done({ code: code ?? -1, output: Buffer.concat([...parts, ...errors]).toString() })
    })
  })

/** As the role tls leaves them on a host, kept beside the playbook. */
const writeCertificates = async (directory: string, hosts: readonly LabHost[]): Promise<void> => {
  const files = join(directory, 'files')
  await mkdir(files)
  const authority = await pki.createAuthority({
    directory: join(directory, 'authority'),
    commonName: 'database test',
    days: 30,
    passphrase: undefined,
  })
  await writeFile(join(files, 'ca.crt'), authority.certificate)
  for (const { name, address } of hosts) {
    const names = { commonName: name, dnsNames: [name], addresses: [address], days: 30 }
    const { certificate, key } = await authority.issue(names)
    await writeFile(join(files, `${name}.crt`), certificate)
    await writeFile(join(files, `${name}.key`), key.reveal())
  }
}

const playbook = (hosts: readonly LabHost[]): string => `
- name: Hosts know each other and have certificates
  hosts: databases
  gather_facts: false
  tasks:
    - name: Names are known
      copy:
        dest: /etc/hosts
        content: |
          127.0.0.1 localhost
${hosts.map(({ name, address }) => `          ${address} ${name}`).join('\n')}
    - name: Directory of the certificate exists
      file: { path: /etc/provision-tls, state: directory, mode: "0700" }
    - name: Certificate is there
      copy: { src: "{{ item.src }}", dest: "/etc/provision-tls/{{ item.dest }}", mode: "0600" }
      loop:
        - { src: ca.crt, dest: ca.crt }
        - { src: "{{ inventory_hostname }}.crt", dest: host.crt }
        - { src: "{{ inventory_hostname }}.key", dest: host.key }

- name: The primary database stands
  hosts: db_primary
  roles:
    - role: mysql

- name: Replicas follow the primary
  hosts: db_replicas
  roles:
    - role: mysql
    - role: mysql_replication
`
