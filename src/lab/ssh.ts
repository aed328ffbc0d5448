import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { run, type Bound } from './commands.ts'
import type { Lab } from './place.ts'

/** The private key that opens all hosts of a lab. */
export const keyFileOf = (lab: Lab): string => join(lab.dir, 'key')

/** The file with the host keys of a lab's hosts, as OpenSSH reads it. */
export const knownHostsOf = (lab: Lab): string => join(lab.dir, 'known_hosts')

/** Makes the lab's key, unless it is there, and returns its public half. */
export const ensureKey = async (lab: Lab, bound: Bound): Promise<string> => {
  const file = keyFileOf(lab)
  if (!(await isThere(`${file}.pub`))) {
    const half = `${file}.new`
    await rm(half, { force: true })
    const kind = ['-q', '-t', 'ed25519', '-N', '', '-C', `lab-${lab.name}`]
    await run('ssh-keygen', [...kind, '-f', half], bound)
    await rename(half, file)
    // Last, so that a public half means a whole pair, wherever an earlier run was killed.
    await rename(`${half}.pub`, `${file}.pub`)
  }
  return readFile(`${file}.pub`, 'utf8')
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )

/** What OpenSSH needs to know to reach a host. */
export interface Login {
  readonly address: string
  readonly port: number
  readonly user: string
  readonly keyFile: string
  readonly knownHosts: string
}

/** Runs OpenSSH on our terminal and returns its exit status: the command's, or 255. */
export const openSsh = async (login: Login, command: readonly string[]): Promise<number> => {
  const child = spawn('ssh', [...sshArguments(login), '--', ...command], { stdio: 'inherit' })
  const [status] = (await once(child, 'close')) as [number | null]
  return status ?? 255
}

/** OpenSSH's arguments for a host, free of the user's own configuration and known hosts. */
export const sshArguments = (login: Login): string[] => [
  ...['-F', '/dev/null', '-i', login.keyFile, '-p', String(login.port)],
  ...['-o', 'IdentitiesOnly=yes', '-o', `UserKnownHostsFile=${login.knownHosts}`],
  ...['-o', 'GlobalKnownHostsFile=/dev/null', '-o', 'StrictHostKeyChecking=yes'],
  `${login.user}@${login.address}`,
]
