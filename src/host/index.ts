import type { ConnectionSettings } from '../core/connection.ts'
import type { Machine } from '../core/wire.ts'
import { localTransport } from './local.ts'
import { ConnectedMachine } from './machine.ts'

/** The machine behind the settings; connects at its first request. */
export const connect = (settings: ConnectionSettings): Machine => {
  const { become, timeout } = settings
  return new ConnectedMachine({
    target: 'local',
    become,
    timeout,
    open: () => Promise.resolve(localTransport()),
  })
}
