import { UserError } from '../core/error.ts'
import { HostLost, type As } from '../core/wire.ts'
import { DUE_PLACE, dueProbe, dueRemove } from '../host/index.ts'
import { questionsAhead } from './ahead.ts'
import type { Frame } from './frame.ts'
import type { HostRun } from './hosts.ts'
import { accountOf, textOf } from './keywords.ts'
import type { PlayRun } from './playrun.ts'

/** Handlers that a run which died has left due are due in this one; each is said. */
export const dueFromEarlierRuns = async (play: PlayRun, frame: Frame): Promise<void> => {
  await Promise.all(play.hosts.map(host => play.run.withFork(() => readDue(play, host, frame))))
}

const readDue = async (play: PlayRun, host: HostRun, frame: Frame): Promise<void> => {
  const scope = play.scopeOfHost(host.name)
  try {
    const as = accountOf(play.play.keywords, scope, play.run.options)
    const remoteUser = textOf(scope, play.play.keywords.remoteUser)
    const state = play.run.fleet.of(host.name, scope, remoteUser)
    const question = { probe: dueProbe, as }
    if (!state.has(question)) {
      const ahead = await questionsAhead(play, { host, frame, current: undefined })
      await state.ask([question], ahead)
    }
    for (const key of (state.value(question) ?? []) as readonly string[]) take(play, host, key, as)
  } catch (error) {
    // A host that is lost is reported by the play's first task.
    if (error instanceof HostLost) return
    if (!(error instanceof UserError)) throw error
    warn(play, `${host.name}: the handlers due cannot be read: ${error.message}`)
  }
}

const take = (play: PlayRun, host: HostRun, key: string, as: As): void => {
  if (play.handlers.byKey(key) === undefined || host.due.has(key)) return
  host.due.set(key, { kind: 'certain' })
  host.noted.set(key, as)
  warn(play, `${host.name}: "${key}" was notified by a run that did not finish; it runs now`)
}

const warn = (play: PlayRun, message: string): void => {
  play.run.services.sink.emit({ kind: 'warning', message, at: undefined })
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
