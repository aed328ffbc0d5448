import { readFile } from 'node:fs/promises'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../core/error.ts'
import { isPopulated, processesOf } from './cgroup.ts'
import { run, type Bound } from './commands.ts'

/** A host as the machine sees it from outside. */
export interface Outside {
  readonly name: string
  readonly dir: string
  readonly cgroup: string
  readonly watch: string
  readonly address: string
  readonly port: number
}

const PATIENCE = 60_000

/** Waits until the host has started all its units and sshd answers; returns systemd's verdict. */
export const waitUntilReady = async (
  host: Outside,
  bound: Bound,
): Promise<'running' | 'degraded'> => {
  const deadline = Date.now() + PATIENCE
  for (;;) {
    const state = await systemState(host, bound)
    if ((state === 'running' || state === 'degraded') && (await greets(host))) return state
    if (!(await isPopulated(host.watch))) throw await notReady(host, 'stopped while it booted')
    if (Date.now() > deadline) throw await notReady(host, `is still ${state}`)
    await sleep(50)
  }
}

/** Lets the host reboot itself, and waits until it is ready again. */
export const reboot = async (host: Outside, bound: Bound): Promise<void> => {
  const before = await firstProcess(host.cgroup)
  await systemctl(host, bound, 'reboot')
  const deadline = Date.now() + PATIENCE
  while ([before, undefined].includes(await firstProcess(host.cgroup))) {
    if (!(await isPopulated(host.watch))) throw await notReady(host, 'stopped while it rebooted')
    if (Date.now() > deadline) throw await notReady(host, 'does not end its work')
    await sleep(50)
  }
  await waitUntilReady(host, bound)
}

/** The machine's id of the host's first process; undefined before systemd has sorted itself. */
const firstProcess = async (cgroup: string): Promise<number | undefined> =>
  (await processesOf(join(cgroup, 'init.scope')))[0]

/** The units that systemd reports as failed. */
export const failedUnits = async (host: Outside, bound: Bound): Promise<string[]> => {
  const listed = await systemctl(host, bound, 'list-units', '--failed', '--plain', '--no-legend')
  return listed.split('\n').flatMap(line => line.split(' ')[0] || [])
}

const systemState = async (host: Outside, bound: Bound): Promise<string> => {
  const state = await systemctl(host, bound, 'is-system-running')
  return state.trim() || 'booting'
}

// Runs the host's own systemctl, without an sshd being needed. It exits with 1 for every state that
// is not "running", and as long as systemd does not listen yet.
const systemctl = async (host: Outside, bound: Bound, ...args: string[]): Promise<string> => {
  const pid = await firstProcess(host.cgroup)
  if (pid === undefined) return ''
  const enter = ['--target', String(pid), '--all', '--', 'sh', '-c', 'systemctl "$@" || :', 'sh']
  try {
    return await run('nsenter', [...enter, ...args], bound)
  } catch (error) {
    // The process that we wanted to enter has just died, as in a reboot.
    if ((await firstProcess(host.cgroup)) !== pid) return ''
    throw error
  }
}

// OpenSSH announces itself before it is asked anything.
const greets = async ({ address, port }: Outside): Promise<boolean> => {
  const socket = connect({ host: address, port, timeout: 1000 })
  try {
    socket.once('timeout', () => socket.destroy(new Error('silent')))
    const [greeting] = (await once(socket, 'data')) as [Buffer]
    return greeting.toString('latin1').startsWith('SSH-')
  } catch {
    // Refused or silent: not listening yet; the caller knows how long that may last.
    return false
  } finally {
    socket.destroy()
  }
}

const notReady = async (host: Outside, how: string): Promise<UserError> => {
  const log = (await readFile(join(host.dir, 'boot.log'), 'utf8')).trim().slice(-1000)
  return new UserError('E_LAB_BOOT', `host ${host.name} ${how}`, {
    ...(log === '' ? {} : { hint: log }),
  })
}
