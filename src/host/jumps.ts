import { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import { UserError } from '../core/error.ts'
import { HostLost } from '../core/wire.ts'
import type { Login } from './client.ts'
import { logIn } from './login.ts'
import { checkTokens } from './names.ts'
import { proxied, tcp } from './socket.ts'
import { expandTokens, sshSettings, type SshSettings } from './ssh-config.ts'

/** How the connections to a host and to the jump hosts before it are made. */
export interface Route {
  readonly hostKeys: 'verify' | 'accept-new'
  readonly knownHostsFile: string | undefined
  /** OpenSSH's arguments that also hold for jump hosts: its configuration file. */
  readonly sshArguments: readonly string[]
  readonly seconds: number
  readonly waited: () => void
}

/** As with OpenSSH, a jump host has settings of its own, from the same file. */
export const forJumps = (words: readonly string[]): readonly string[] =>
  words.flatMap((word, i) => {
    if (word === '-F') return [word, words[i + 1] ?? 'none']
    return /^-F./.test(word) ? [word] : []
  })

const DEEPEST = 8

/** The run's connections to jump hosts: one for each, however many machines are behind it. */
export class Jumps {
  readonly #clients = new Map<string, Promise<Client>>()

  /** A stream to the host of the settings: through its jump hosts, its ProxyCommand, or directly. */
  async dial(settings: SshSettings, route: Route, depth = 0): Promise<Duplex> {
    const { host, port, family, proxyCommand, jumps } = settings
    const last = jumps.at(-1)
    if (last !== undefined) {
      if (depth >= DEEPEST)
        throw new UserError('E_SSH_CONFIG', `${host}: more than ${DEEPEST} jump hosts in a row`, {
          hint: 'does a ProxyJump lead back to its own host?',
        })
      const client = await this.#client(last, jumps.slice(0, -1), { route, depth })
      route.waited()
      return forward(client, settings, last)
    }
    if (proxyCommand !== undefined) {
      checkTokens(proxyCommand, settings)
      return proxied(expandTokens(proxyCommand, settings))
    }
    route.waited()
    return tcp({ host, port, family, seconds: route.seconds })
  }

  /** Closes all of them. */
  async close(): Promise<void> {
    const clients = await Promise.allSettled(this.#clients.values())
    this.#clients.clear()
    for (const result of clients) if (result.status === 'fulfilled') result.value.end()
  }

  async #client(
    spec: string,
    before: readonly string[],
    { route, depth }: { route: Route; depth: number },
  ): Promise<Client> {
    const key = [...before, spec].join(',')
    const known = this.#clients.get(key)
    if (known) return known
    const opening = this.#connect(spec, before, { route, depth })
    this.#clients.set(key, opening)
    const forget = (): void => void this.#clients.delete(key)
    opening.then(client => client.once('close', forget), forget)
    return opening
  }

  async #connect(
    spec: string,
    before: readonly string[],
    { route, depth }: { route: Route; depth: number },
  ): Promise<Client> {
    const own = await sshSettings({
      ...parseSpec(spec),
      privateKeyFile: undefined,
      sshArguments: route.sshArguments,
      hostKeys: route.hostKeys,
      knownHostsFile: route.knownHostsFile,
    })
    // Earlier hosts of the same list are this one's way; only a first one's own ProxyJump counts.
    const settings = before.length > 0 ? { ...own, jumps: before } : own
    const login: Login = {
      settings,
      password: undefined,
      seconds: route.seconds,
      waited: route.waited,
      dial: () => this.dial(settings, route, depth + 1),
    }
    const client = await logIn(login)
    client.on('error', () => undefined)
    return client
  }
}

const parseSpec = (
  spec: string,
): { host: string; port: number | undefined; user: string | undefined } => {
  const [, user, bracketed, plain = '', port] =
    /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?\/?$/.exec(spec) ?? []
  const host = bracketed ?? plain
  if (host === '') throw new UserError('E_SSH_CONFIG', `${JSON.stringify(spec)} is no jump host`)
  return { host, user, port: port === undefined ? undefined : Number(port) }
}

const forward = (client: Client, { host, port }: SshSettings, via: string): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      const hint = 'can the jump host reach it, and does it allow TCP forwarding?'
      const message = `${host}:${port}: not reached through ${via}: ${cause.message}`
      reject(new HostLost('E_UNREACHABLE', message, { hint, cause }))
    }
    try {
      client.forwardOut('127.0.0.1', 0, host, port, (error, stream) => {
        if (error) fail(error)
        else resolve(stream)
      })
    } catch (error) {
      fail(error as Error)
    }
  })
