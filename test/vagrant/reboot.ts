import { setTimeout as sleep } from 'node:timers/promises'
import { run } from './command.ts'
import { MACHINES, onMachines, sshConfig, type Machine } from './machines.ts'

const BOOT = 'cat /proc/sys/kernel/random/boot_id'
const MINUTES = 15

/** Reboots all machines from inside, and waits until each has started all its units. */
export const rebootAll = async (): Promise<void> => {
  const before = await onMachines(BOOT)
  // The connection may be cut before it is answered; that the machine has gone is seen below.
  await Promise.all(MACHINES.map(name => attempt(name, 'systemctl reboot')))
  await Promise.all(MACHINES.map((name, i) => bootedAnew(name, before[i] ?? '')))
  // With one word, `running`, or it fails and says which.
  await onMachines('systemctl is-system-running --wait || { systemctl --failed; exit 1; }')
}

const bootedAnew = async (name: Machine, before: string): Promise<void> => {
  const deadline = Date.now() + MINUTES * 60_000
  for (;;) {
    const { code, stdout } = await attempt(name, BOOT)
    if (code === 0 && stdout !== before) return
    if (Date.now() > deadline) throw new Error(`${name} does not come back from a reboot`)
    await sleep(3000)
  }
}

/** Fails soon where nothing answers, and never asks. */
const attempt = (name: Machine, script: string) =>
  run('ssh', [
    ...['-F', sshConfig(name), '-o', 'ConnectTimeout=10', '-o', 'ServerAliveInterval=10'],
    ...[name, `sudo sh -c '${script}'`],
  ])
