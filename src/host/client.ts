import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import ssh2, { type AuthenticationType, type Client } from 'ssh2'
import type { Secret } from '../core/secret.ts'
import { HostLost } from '../core/wire.ts'
import { credentials, type Credentials } from './auth.ts'
import { hostKeyCheck } from './host-key.ts'
import { unreachable } from './socket.ts'
import type { SshSettings } from './ssh-config.ts'

/** What one SSH connection is made of. */
export interface Login {
  readonly settings: SshSettings
  readonly password: Secret | undefined
  readonly seconds: number
  /** Counts what was waited for. */
  readonly waited: () => void
  /** A fresh stream to the server. */
  dial(): Promise<Duplex>
}

/** The server hung up before it said anything: sshd's MaxStartups, most often. */
class HungUp extends Error {}

/** Connects and logs in; while the server hangs up at once, tries again with growing pauses. */
export const logIn = async (login: Login): Promise<Client> => {
  const { user, host, port } = login.settings
  const target = `${user}@${host}:${port}`
  const deadline = performance.now() + login.seconds * 1000
  const found = credentials(login.settings, login.password)
  for (let pause = 100; ; pause *= 2) {
    try {
      return await attempt(login, target, found)
    } catch (error) {
      if (!(error instanceof HungUp)) throw error
      // Many connections that were turned away together must not come back together.
      const wait = pause * (0.5 + Math.random())
      if (performance.now() + wait > deadline) throw hungUp(target, error)
      await new Promise(resolve => setTimeout(resolve, wait))
    }
  }
}

const hungUp = (target: string, cause: Error): HostLost =>
  new HostLost('E_UNREACHABLE', `${target}: the SSH server hangs up before logging in`, {
    hint: 'is it overloaded (MaxStartups), or does it shut us out (PerSourcePenalties, fail2ban)?',
    cause,
  })

const attempt = async (login: Login, target: string, found: Credentials): Promise<Client> => {
  const { settings, seconds } = login
  const keys = hostKeyCheck(settings)
  const dialled = await login.dial()
  const address = dialled instanceof Socket ? dialled.remoteAddress : undefined
  const sock = countTrips(dialled, login.waited)
  const client = new ssh2.Client()
  const tried = new Tried(found)
  return new Promise((resolve, reject) => {
    const verdict: { error?: Error } = {}
    const fail = (error: Error & { level?: string }): void => {
      if (error.level === 'agent') tried.notes.push(`the agent: ${error.message}`)
      else reject(verdict.error ?? explain(error, { target, seconds, tried }))
    }
    client.on('error', fail)
    client.once('close', () => {
      fail(new HungUp('the connection was closed'))
    })
    client.once('ready', () => {
      sock.stop()
      resolve(client)
    })
    client.connect({
      sock: sock.stream,
      username: settings.user,
      readyTimeout: seconds * 1000,
      // Three unanswered in a row: a dead machine is found within the time that was asked for.
      keepaliveInterval: Math.max(300, (seconds * 1000) / 3),
      keepaliveCountMax: 2,
      algorithms: { serverHostKey: keys.algorithms },
      hostVerifier: (key: Buffer, verify: (good: boolean) => void) => {
        keys.check(key, address).then(
          () => {
            verify(true)
          },
          (error: unknown) => {
            verdict.error = error as Error
            verify(false)
          },
        )
      },
      authHandler: (left, _partial, next) => {
        tried.offered = left
        const way = tried.next()
        // Typed as a middleware without an end; `false` is how ssh2 is told to give up.
        next((way?.method ?? false) as unknown as AuthenticationType)
      },
    })
  })
}

/** Which ways of logging in were tried, for the message when none works. */
class Tried {
  offered: AuthenticationType[] | null = null
  readonly notes: string[]
  readonly #found: Credentials
  #count = 0

  constructor(found: Credentials) {
    this.#found = found
    this.notes = [...found.notes]
  }

  next(): Credentials['ways'][number] | undefined {
    const fits = (type: AuthenticationType): boolean =>
      !this.offered || this.offered.includes(type === 'agent' ? 'publickey' : type)
    for (;;) {
      const way = this.#found.ways[this.#count]
      if (way === undefined) return undefined
      this.#count += 1
      if (fits((way.method as { type: AuthenticationType }).type)) return way
    }
  }

  failure(target: string, cause: Error): HostLost {
    const names = this.#found.ways.slice(0, this.#count).map(way => way.name)
    const tried = names.length > 0 ? `tried ${names.join(', ')}` : 'there was nothing to try'
    const offers = this.offered ? `; the server takes ${this.offered.join(', ')}` : ''
    const notes = this.notes.map(note => `; ${note}`).join('')
    const said = /Too many/i.test(cause.message) ? `; it said ${JSON.stringify(cause.message)}` : ''
    return new HostLost('E_AUTH', `${target}: login refused: ${tried}${offers}${notes}${said}`, {
      hint: 'check the account name and its authorized_keys, or name a key with ansible_ssh_private_key_file',
      cause,
    })
  }
}

const explain = (
  error: Error,
  { target, seconds, tried }: { target: string; seconds: number; tried: Tried },
): Error => {
  if (error instanceof HungUp) return error
  const { level, message } = error as Error & { level?: string }
  if (level === 'client-authentication' || /Too many authentication failures/i.test(message))
    return tried.failure(target, error)
  if (message.includes('Connection lost before handshake')) return new HungUp(message)
  if (/no matching/.test(message))
    return new HostLost('E_SSH_UNSUPPORTED', `${target}: ${message}`, {
      hint: 'the server allows only algorithms (or host certificates) that are not supported here',
      cause: error,
    })
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ECONNRESET' || code === 'EPIPE') return new HungUp(message)
  if (level === 'client-timeout')
    return unreachable(target, Object.assign(new Error(message), { code: 'ETIMEDOUT' }), seconds)
  return new HostLost('E_UNREACHABLE', `${target}: ${message}`, { cause: error })
}

// ssh2 waits for answers inside; what it writes after it has read is a round trip.
const countTrips = (
  stream: Duplex,
  waited: () => void,
): { readonly stream: Duplex; stop(): void } => {
  let answered = true
  const write = stream.write.bind(stream) as (...rest: unknown[]) => boolean
  const heard = (): void => void (answered = true)
  stream.write = (...rest: unknown[]) => {
    if (answered) waited()
    answered = false
    return write(...rest)
  }
  // Paused first: a listener alone would start the flow before ssh2 listens.
  stream.pause()
  stream.on('data', heard)
  return {
    stream,
    stop() {
      stream.off('data', heard)
      stream.write = gathering(stream, write) as Duplex['write']
    },
  }
}

/** Packets of one moment go to the kernel in one call: a large file is 32,768 of them for each GiB. */
const gathering = <R>(stream: Duplex, write: (...rest: unknown[]) => R) => {
  let gathers = false
  const release = (): void => {
    gathers = false
    stream.uncork()
  }
  return (...rest: unknown[]): R => {
    if (!gathers) {
      gathers = true
      stream.cork()
      process.nextTick(release)
    }
    return write(...rest)
  }
}
