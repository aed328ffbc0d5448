import type { Client } from 'ssh2'
import type { Duplex } from 'node:stream'
import { HostLost } from '../core/wire.ts'
import type { Channel, Ended, Transport } from './channel.ts'

/** The server opens no more channels on this connection (MaxSessions). */
export class NoMoreSessions extends Error {}

/** Commands over an SSH connection that is logged in. */
export const sshTransport = (client: Client, user: string, waited: () => void): Transport => {
  let died: Error | undefined
  client.on('error', error => (died ??= error))
  const lost = new Promise<void>(resolve => {
    client.once('close', () => {
      resolve()
    })
  })
  return {
    user,
    lost,
    async exec(command) {
      // For the channel; what the command itself is waited for, its caller counts.
      waited()
      return follow(await open(client, command), () => died)
    },
    async close() {
      client.end()
      // A dead machine never answers the goodbye.
      const timer = setTimeout(() => client.destroy(), 1000)
      await lost
      clearTimeout(timer)
    },
  }
}

type Stream = Duplex & { readonly stderr: Duplex; close(): void }

const open = (client: Client, command: string): Promise<Stream> =>
  new Promise((resolve, reject) => {
    const fail = (cause: Error & { reason?: unknown }): void => {
      if (cause.reason === 1 || cause.reason === 2 || cause.reason === 4)
        reject(new NoMoreSessions(cause.message, { cause }))
      else
        reject(
          new HostLost('E_HOST_DIED', `the connection ended: ${cause.message}`, {
            hint: 'did the machine reboot, or sshd restart?',
            cause,
          }),
        )
    }
    try {
      client.exec(`exec ${command}`, (error, stream) => {
        if (error) fail(error)
        else resolve(stream as unknown as Stream)
      })
    } catch (error) {
      fail(error as Error)
    }
  })

const follow = (stream: Stream, died: () => Error | undefined): Channel => {
  let code: number | undefined
  stream.on('exit', (status: number | null) => (code = status ?? undefined))
  // What goes wrong with a channel shows in its end.
  stream.on('error', () => undefined)
  const ended = new Promise<Ended>(resolve => {
    stream.once('close', () => {
      resolve({ code, cause: died() })
    })
  })
  return {
    stdin: stream,
    stdout: stream,
    stderr: stream.stderr,
    ended,
    close() {
      stream.end()
    },
  }
}
