import { setTimeout as wait } from 'node:timers/promises'
import type { Reconnect } from '../core/change.ts'
import { UserError } from '../core/error.ts'
import { sh } from '../core/shell.ts'
import { HostLost } from '../core/wire.ts'
import type { Turn } from './turn.ts'

// A container that reboots keeps its kernel's boot id, and gets another init.
const BOOT_ID = sh`cat /proc/sys/kernel/random/boot_id && cut -d ' ' -f 22 /proc/1/stat`
/** Detached, so that the answer comes back before the machine goes. */
const REBOOT = sh`(sleep 1; systemctl reboot || reboot) </dev/null >/dev/null 2>&1 &`
const SECONDS_BETWEEN_TRIES = 2

/** Drops the connection and all state; for a reboot, waits until another boot answers. */
export const reconnect = async (turn: Turn, change: Reconnect): Promise<void> => {
  const { machine } = turn.state
  if (change.action === 'reboot') {
    const before = await bootId(turn)
    await machine.run([{ script: REBOOT }], turn.as)
    await untilOtherBoot(turn, before, change.timeLimit)
  } else await machine.reset()
  turn.state.forgetAll()
}

const bootId = async ({ state, as }: Turn): Promise<string> => {
  const [output] = await state.machine.run([{ script: BOOT_ID, timeLimit: 10 }], as)
  return output?.stdout.toString('utf8').trim() ?? ''
}

const untilOtherBoot = async (turn: Turn, before: string, seconds: number): Promise<void> => {
  const end = performance.now() + seconds * 1000
  while (performance.now() < end && !turn.play.run.interrupted) {
    await wait(SECONDS_BETWEEN_TRIES * 1000)
    await turn.state.machine.reset()
    const now = await bootId(turn).catch((error: unknown) => {
      if (error instanceof HostLost) return ''
      throw error
    })
    if (now !== '' && now !== before) return
  }
  throw new UserError('E_REBOOT', `the host did not come back within ${seconds} seconds`)
}
