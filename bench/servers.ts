import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

const FIRST_PORT = 20_000
/** Where a host keeps what is due: each has its own. */
const KEPT = '/var/lib/provision'

/**
 * Bare sshd on loopback ports, each in a mount namespace with a machine-id of its own, and with an
 * empty home: what this machine's shells start would be measured, too.
 */
export class Servers {
  readonly directory = mkdtempSync(join(tmpdir(), 'provision-bench-'))
  readonly #children: ChildProcess[] = []
  readonly #madeKept = !existsSync(KEPT)

  static async up(count: number): Promise<Servers> {
    const servers = new Servers()
    try {
      await servers.#start(count)
      return servers
    } catch (error) {
      await servers.down()
      throw error
    }
  }

  async #start(count: number): Promise<void> {
    mkdirSync(KEPT, { recursive: true })
    mkdirSync('/run/sshd', { recursive: true })
    mkdirSync(join(this.directory, 'work'))
    mkdirSync(join(this.directory, 'ids'))
    for (const key of ['host', 'login'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(this.directory, key)])
    this.file(
      'sshd_config',
      [
        'ListenAddress 127.0.0.1',
        `HostKey ${this.directory}/host`,
        `AuthorizedKeysFile ${this.directory}/login.pub`,
        'PidFile none',
        'UsePAM no',
        'StrictModes no',
        'PasswordAuthentication no',
        '',
      ].join('\n'),
    )
    for (let n = 0; n < count; n++) this.#children.push(this.#server(n))
    await Promise.all(this.#children.map(child => listening(child)))
  }

  #server(n: number): ChildProcess {
    const id = join(this.directory, 'ids', String(n))
    writeFileSync(id, `${randomBytes(16).toString('hex')}\n`)
    const script = `mount --bind "$1" /etc/machine-id && mount -t tmpfs none ${KEPT} && mount -t tmpfs none ${homedir()} && exec /usr/sbin/sshd -D -e -f "$2" -p "$3"`
    const port = String(FIRST_PORT + n)
    const args = ['-m', 'sh', '-c', script, 'sh', id, join(this.directory, 'sshd_config'), port]
    return spawn('unshare', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  }

  /** An inventory of the first so many. */
  inventory(count: number): string {
    const ports = Array.from({ length: count }, (_, n) => FIRST_PORT + n)
    const hosts = ports.map((port, n) => `h${n} ansible_port=${port}`)
    const key = readFileSync(join(this.directory, 'host.pub'), 'utf8').trim()
    const known = this.file(
      'known_hosts',
      ports.map(port => `[127.0.0.1]:${port} ${key}\n`).join(''),
    )
    return this.file(
      `${count}.ini`,
      `[all]\n${hosts.join('\n')}\n[all:vars]\nansible_host=127.0.0.1\nansible_user=root\nansible_ssh_private_key_file=${this.directory}/login\nansible_ssh_known_hosts_file=${known}\n`,
    )
  }

  /** Has one of them hang: it takes connections, and says nothing. */
  hang(n: number): void {
    this.#children[n]?.kill('SIGSTOP')
  }

  /** Has it go on. */
  wake(n: number): void {
    this.#children[n]?.kill('SIGCONT')
  }

  file(name: string, text: string): string {
    const path = join(this.directory, name)
    writeFileSync(path, text)
    return path
  }

  async down(): Promise<void> {
    await Promise.all(this.#children.map(ended))
    rmSync(this.directory, { recursive: true, force: true })
    if (this.#madeKept) rmdirSync(KEPT)
  }
}

const listening = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = ''
    child.on('error', reject)
    child.on('close', code => {
      reject(new Error(`sshd ended with ${code}: ${said}`))
    })
    child.stderr?.on('data', (data: Buffer) => {
      said += data.toString()
      if (said.includes('Server listening')) resolve()
      // What it says later is nobody's, and must not be kept.
      said = said.slice(-2000)
    })
  })

const ended = (child: ChildProcess): Promise<void> =>
  new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve()
      return
    }
    child.removeAllListeners('close')
    child.on('close', () => {
      resolve()
    })
    child.kill()
  })
