import type { ConnectionSettings } from '../core/connection.ts'
import type { Transport } from './channel.ts'
import { logIn, prepareToLogIn } from './login.ts'
import { forJumps, Jumps, type Route } from './jumps.ts'
import { localTransport } from './local.ts'
import { ConnectedMachine, type Reach } from './machine.ts'
import { sshSettings, type SshSettings } from './ssh-config.ts'
import { sshTransport } from './ssh.ts'

/** What machines of one run share. */
export interface Shared {
  readonly jumps: Jumps
  /** Waits for a turn to connect, and gives it back. */
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>
}

/** The machine behind the settings; connects at its first request. */
export const connect = (settings: ConnectionSettings, shared?: Shared): ConnectedMachine => {
  const { become, timeout, kind, host, port, user } = settings
  const common = { become, timeout }
  if (kind === 'local')
    return new ConnectedMachine({
      ...common,
      target: 'local',
      open: () => Promise.resolve(localTransport()),
    })
  const at = port === undefined ? host : `${host}:${port}`
  const target = user === undefined ? at : `${user}@${at}`
  if (shared) return new ConnectedMachine({ ...common, target, open: opener(settings, shared) })
  const jumps = new Jumps()
  const open = opener(settings, { jumps, turn: work => work() })
  return new ConnectedMachine({ ...common, target, open, release: () => jumps.close() })
}

const opener = (settings: ConnectionSettings, { jumps, turn }: Shared): Reach['open'] => {
  let resolved: Promise<SshSettings> | undefined
  return waited =>
    turn(async (): Promise<Transport> => {
      resolved ??= sshSettings(settings)
      // OpenSSH has been asked by then, and answers meanwhile.
      setImmediate(prepareToLogIn)
      const ssh = await resolved
      const { hostKeys, knownHostsFile, timeout: seconds, password } = settings
      const sshArguments = forJumps(settings.sshArguments)
      const route: Route = { hostKeys, knownHostsFile, sshArguments, seconds, waited }
      const dial = () => jumps.dial(ssh, route)
      const client = await logIn({ settings: ssh, password, seconds, waited, dial })
      return sshTransport(client, ssh.user, waited)
    })
}
