import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, connect as dial, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { ConnectionSettings } from '../../src/core/connection.ts'

/** A private sshd on loopback, with keys of its own; every login is the account of the tests. */
export interface PrivateSshd {
  readonly port: number
  /** Of the host's key, as in known_hosts. */
  readonly hostKey: string
  readonly hostKeyFile: string
  readonly privateKey: string
  readonly knownHosts: string
  readonly process: ChildProcess
  readonly log: () => string
  /** Settings that reach it, with what the test changes. */
  settings(changed?: Partial<ConnectionSettings>): ConnectionSettings
  stop(): Promise<void>
}

const freePort = (): Promise<number> =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => {
        resolve(port)
      })
    })
  })

const answers = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = dial(port, '127.0.0.1')
    socket.once('data', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => {
      resolve(false)
    })
  })

export const keygen = (file: string, ...options: string[]): string => {
  if (!existsSync(file))
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file, ...options])
  return readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ').trim()
}

/** Starts one below `base`; `extra` lines of its configuration come first and win. */
export const startSshd = async (
  base: string,
  extra: readonly string[] = [],
): Promise<PrivateSshd> => {
  const port = await freePort()
  const home = join(base, `sshd-${port}`)
  mkdirSync(home, { recursive: true, mode: 0o700 })
  // sshd wants it even when it separates no privileges.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const [hostKeyFile, privateKey, knownHosts] = ['host', 'login', 'known_hosts'].map(n =>
    join(home, n),
  ) as [string, string, string]
  const hostKey = keygen(hostKeyFile)
  writeFileSync(join(home, 'authorized'), `${keygen(privateKey)}\n`)
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${hostKey}\n`)
  const lines = [
    ...extra,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKeyFile}`,
    `AuthorizedKeysFile ${join(home, 'authorized')}`,
    'StrictModes no',
    'PidFile none',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
  ]
  writeFileSync(join(home, 'config'), `${lines.join('\n')}\n`)
  const log = join(home, 'log')
  const child = spawn('/usr/sbin/sshd', ['-D', '-f', join(home, 'config'), '-E', log], {
    stdio: 'ignore',
  })
  for (let i = 0; !(await answers(port)); i++) {
    if (i > 100) throw new Error(`sshd does not answer: ${readFileSync(log, 'utf8')}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return {
    port,
    hostKey,
    hostKeyFile,
    privateKey,
    knownHosts,
    process: child,
    log: () => readFileSync(log, 'utf8'),
    settings: changed => ({
      kind: 'ssh',
      host: '127.0.0.1',
      port,
      user: undefined,
      password: undefined,
      privateKeyFile: privateKey,
      // Nothing of the account that runs the tests.
      sshArguments: [
        '-F',
        'none',
        '-o',
        'IdentityAgent=none',
        '-o',
        'IdentitiesOnly=yes',
        '-o',
        'GlobalKnownHostsFile=none',
        '-o',
        `UserKnownHostsFile=${knownHosts}`,
      ],
      hostKeys: 'verify',
      knownHostsFile: undefined,
      become: { method: 'sudo', password: undefined },
      timeout: 5,
      ...changed,
    }),
    stop: () =>
      new Promise(resolve => {
        if (child.exitCode !== null || child.signalCode !== null) {
          resolve()
          return
        }
        child.once('exit', () => {
          resolve()
        })
        child.kill()
      }),
  }
}
