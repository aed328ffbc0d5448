import { UserError } from '../core/error.ts'
import { HostLost, type As } from '../core/wire.ts'
import { DUE_PLACE, dueProbe, dueRemove } from '../host/index.ts'
import type { Question } from '../host/state.ts'
import type { HostRun } from './hosts.ts'
import type { PlayRun } from './playrun.ts'
import type { Turn } from './turn.ts'

/** What an account of a host has kept due since an earlier run. */
export interface Heard {
  readonly host: HostRun
  readonly as: As
  readonly keys: readonly string[]
}

/** Asks, at an account's first turn on a host, what is due; `along` goes in the same round trip. */
export const hearDue = async (
  { play, host, state, as }: Turn,
  along: () => Promise<readonly Question[]>,
): Promise<void> => {
  const account = `${host.name}\0${as.user ?? ''}`
  if (play.heard.has(account) || play.handlers.all.length === 0) return
  if (play.run.fleet.known(host.name) !== state) return
  const question = { probe: dueProbe, as }
  try {
    if (!state.has(question)) await state.ask([question], await along())
    const keys = (state.value(question) ?? []) as readonly string[]
    play.heard.set(account, { host, as, keys })
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    play.heard.set(account, { host, as, keys: [] })
    warn(play, host, `the handlers due cannot be read: ${error.message}`)
  }
}

/** Handlers that a run which died has left due are due in this one; each is said. */
export const adoptDue = (play: PlayRun): void => {
  for (const { host, as, keys } of play.heard.values())
    for (const key of keys) {
      // Noted by this very run, or adopted already.
      if (host.noted.has(key) || host.adopted.has(key)) continue
      if (play.handlers.byKey(key) === undefined) continue
      host.adopted.add(key)
      host.noted.set(key, as)
      host.due.set(key, { kind: 'certain' })
      warn(play, host, `"${key}" was notified by a run that did not finish; it runs now`)
    }
}

const warn = (play: PlayRun, host: HostRun, fact: string): void => {
  const message = `${host.name}: ${fact}`
  play.tell(host, () => ({ kind: 'warning', message, at: undefined }))
}

/** Forgets on the hosts what has run; a host that is lost meanwhile keeps it due. */
export const handlersHaveRun = async (
  play: PlayRun,
  hosts: readonly HostRun[],
  key: string,
): Promise<void> => {
  await Promise.all(hosts.map(host => forget(play, host, key)))
}

/** Takes the handler off the host's list of what is due. */
export const forget = async (play: PlayRun, host: HostRun, key: string): Promise<void> => {
  const as = host.noted.get(key)
  const state = play.run.fleet.known(host.name)
  if (as === undefined || state === undefined || play.run.options.dryRun) return
  host.noted.delete(key)
  try {
    await state.machine.run([{ script: dueRemove([key]) }], as)
    state.touched([DUE_PLACE])
  } catch (error) {
    if (!(error instanceof HostLost)) throw error
  }
}
