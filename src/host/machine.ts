import type { BecomeSettings } from '../core/connection.ts'
import { constant, sh, type Words } from '../core/shell.ts'
import { HostLost, type As, type Machine, type Output, type Request } from '../core/wire.ts'
import { startDriver, startDriverAs, type Opened } from './become.ts'
import type { Transport } from './channel.ts'
import type { NoGreeting } from './greet.ts'
import { Shell } from './shell.ts'
import { Trips } from './trips.ts'

/** How a machine is reached. */
export interface Reach {
  readonly target: string
  readonly become: BecomeSettings
  /** Seconds for a shell to greet. */
  readonly timeout: number
  /** Opens a connection, counting what it waits for. */
  open(waited: () => void): Promise<Transport>
}

// TERM first, so that a command can clean up; what is left after 2 s is killed.
const KILL = constant(`
kill -s TERM -- "$target" 2>/dev/null || exit 0
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  kill -s 0 -- "$target" 2>/dev/null || exit 0
  sleep 0.1 2>/dev/null || sleep 1
done
kill -s KILL -- "$target"`)

/** A machine behind one connection, with a framed shell for each account that was asked for. */
export class ConnectedMachine implements Machine {
  readonly target: string
  readonly roundTrips = new Trips()
  readonly #reach: Reach
  readonly #shells = new Map<string, Promise<Shell>>()
  #transport: Promise<Transport> | undefined

  constructor(reach: Reach) {
    this.#reach = reach
    this.target = reach.target
  }

  async run(requests: readonly Request[], as: As): Promise<readonly Output[]> {
    if (requests.length === 0) return []
    const shell = await this.#shell(as)
    return shell.run(requests)
  }

  async knock(script: Words, as: As = { user: undefined }): Promise<Output> {
    const second = new ConnectedMachine(this.#reach)
    try {
      const [output] = await second.run([{ script, timeLimit: this.#reach.timeout }], as)
      if (output === undefined) throw new Error('a run without its output')
      return output
    } finally {
      await second.close()
      this.roundTrips.setup += second.roundTrips.setup + second.roundTrips.counted
    }
  }

  /** Closes an account's shells, or all: what they know of groups and limits is out of date. */
  async closeShells(user?: string): Promise<void> {
    const keys = [...this.#shells.keys()].filter(key => user === undefined || key === user)
    const closing = keys.map(key => this.#shells.get(key))
    for (const key of keys) this.#shells.delete(key)
    await Promise.allSettled(closing.map(async opening => (await opening)?.close()))
  }

  async reset(): Promise<void> {
    const transport = this.#transport
    await this.closeShells()
    this.#transport = undefined
    await transport?.then(
      open => open.close(),
      () => undefined,
    )
  }

  /** Kills what is running, then closes shells and connection. */
  async close(): Promise<void> {
    const shells = await Promise.allSettled(this.#shells.values())
    const open = shells.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
    await Promise.allSettled(open.map(shell => shell.interrupt()))
    await this.reset()
  }

  async #connected(): Promise<Transport> {
    this.#transport ??= this.#connect()
    return this.#transport
  }

  async #connect(): Promise<Transport> {
    try {
      const transport = await this.#reach.open(() => (this.roundTrips.setup += 1))
      void transport.lost.then(() => {
        this.#transport = undefined
        this.#shells.clear()
      })
      return transport
    } catch (error) {
      this.#transport = undefined
      throw error
    }
  }

  async #shell(as: As): Promise<Shell> {
    const transport = await this.#connected()
    const user = as.user ?? transport.user
    const known = await this.#shells.get(user)
    if (known && !known.dead) return known
    const opening = this.#open(transport, user)
    this.#shells.set(user, opening)
    try {
      return await opening
    } catch (error) {
      this.#shells.delete(user)
      throw error
    }
  }

  async #open(transport: Transport, user: string): Promise<Shell> {
    const opened = await this.#start(transport, user)
    const { channel, greeting, ownLocale } = opened
    const name = user === transport.user ? this.target : `${this.target} as ${user}`
    if (greeting.lacks.length > 0) throw lacking(name, greeting.lacks)
    return new Shell(channel, greeting, {
      name,
      trips: this.roundTrips,
      ownLocale,
      kill: pid => this.#kill(pid, user),
    })
  }

  async #start(transport: Transport, user: string): Promise<Opened> {
    const waited = (): void => void (this.roundTrips.setup += 1)
    const { become, timeout: seconds, target } = this.#reach
    const opening = { transport, become, seconds, waited }
    if (user !== transport.user) return startDriverAs(user, opening)
    const started = await startDriver(opening)
    if ('greeting' in started) return started
    throw noShell(target, seconds, started)
  }

  // A shell of its own: the account's usual one is waiting for what is to be killed.
  async #kill(pid: number, user: string): Promise<void> {
    const shell = await this.#open(await this.#connected(), user)
    try {
      await shell.run([{ script: sh`target=${pid}${KILL}` }])
    } finally {
      await shell.close()
    }
  }
}

const lacking = (name: string, tools: readonly string[]): HostLost =>
  new HostLost('E_HOST_LACKS', `${name}: the host lacks ${tools.join(', ')}`, {
    hint: 'a managed host needs a POSIX shell, coreutils or busybox, util-linux, and a writable /tmp',
  })

const noShell = (target: string, seconds: number, { ended, said }: NoGreeting): HostLost => {
  const what = said === '' ? '' : `; it said ${JSON.stringify(said)}`
  const fact = ended
    ? (ended.cause?.message ?? `its login shell ended at once (code ${ended.code ?? 'unknown'})`)
    : `its login shell did not start a command within ${seconds} s`
  return new HostLost('E_NO_SHELL', `${target}: ${fact}${what}`, {
    hint: 'check that the account has a shell, and that its login scripts neither exit nor ask',
    cause: ended?.cause,
  })
}
