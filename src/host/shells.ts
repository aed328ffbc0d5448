import { setTimeout as wait } from 'node:timers/promises'
import type { BecomeSettings } from '../core/connection.ts'
import { constant, sh, type Words } from '../core/shell.ts'
import { HostLost, type As, type Output } from '../core/wire.ts'
import { startDriver, startDriverAs, type Opened } from './become.ts'
import type { Transport } from './channel.ts'
import type { NoGreeting } from './greet.ts'
import { Shell } from './shell.ts'
import { NoMoreSessions } from './ssh.ts'
import type { Trips } from './trips.ts'

/** What the shells of one connection need to know. */
export interface ShellsContext {
  readonly target: string
  readonly become: BecomeSettings
  /** Seconds for a shell to greet. */
  readonly seconds: number
  readonly trips: Trips
  /** Runs a script over another connection. */
  elsewhere(script: Words, as: As): Promise<Output>
}

// TERM first, so that a command can clean up; what is left after 2 s is killed. dash takes a negative
// number only after `--`, which busybox takes for a number.
const KILL = constant(`
signal() { kill -s "$1" -- "$target" 2>/dev/null || kill -s "$1" "$target" 2>/dev/null; }
signal TERM || exit 0
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  signal 0 || exit 0
  sleep 0.1 2>/dev/null || sleep 1
done
signal KILL`)

/** The framed shells of one connection, one for each account that was asked for. */
export class Shells {
  readonly #transport: Transport
  readonly #context: ShellsContext
  readonly #opening = new Map<string, Promise<Shell>>()
  readonly #open = new Map<string, Shell>()

  constructor(transport: Transport, context: ShellsContext) {
    this.#transport = transport
    this.#context = context
  }

  /** The account's shell, opened when it is first asked for. */
  get({ user = this.#transport.user }: As): Promise<Shell> {
    const known = this.#opening.get(user)
    if (known) return known
    const opening = this.#start(user)
    this.#opening.set(user, opening)
    const forget = (): void => {
      if (this.#opening.get(user) === opening) this.#opening.delete(user)
    }
    opening.then(shell => {
      this.#open.set(user, shell)
      void shell.ended.then(() => {
        forget()
        if (this.#open.get(user) === shell) this.#open.delete(user)
      })
    }, forget)
    return opening
  }

  /** Closes an account's shell, or all. */
  close(user?: string): Promise<void> {
    return this.#drop(user, shell => shell.close())
  }

  /** Has all of them end, which a connection that is to be closed need not wait for. */
  end(): Promise<void> {
    return this.#drop(undefined, shell => shell.end())
  }

  async #drop(user: string | undefined, how: (shell: Shell) => Promise<void>): Promise<void> {
    const users = user === undefined ? [...this.#opening.keys()] : [user]
    const closing = users.map(async name => {
      const opening = this.#opening.get(name)
      this.#opening.delete(name)
      const shell = await opening
      if (shell !== undefined) await how(shell)
    })
    await Promise.allSettled(closing)
  }

  /** Kills what is running in any of them. */
  async interrupt(): Promise<void> {
    await Promise.allSettled([...this.#open.values()].map(shell => shell.interrupt()))
  }

  async #start(user: string): Promise<Shell> {
    const until = performance.now() + this.#context.seconds * 1000
    for (;;) {
      try {
        return await this.#greeted(user)
      } catch (error) {
        if (!(error instanceof NoMoreSessions)) throw error
        const waiting = [...this.#open.values()].map(shell => shell.idle())
        if (waiting.length === 0 && performance.now() > until)
          throw noSessions(this.#context.target, error)
        // With none open, one may be opening or only just be closing.
        if (!(await this.#makeRoom())) await Promise.race(waiting.length > 0 ? waiting : [wait(50)])
      }
    }
  }

  // Where the server allows no further channel, the least recently used shell makes room.
  async #makeRoom(): Promise<boolean> {
    const idle = [...this.#open].filter(([, shell]) => !shell.busy)
    const [oldest] = idle.sort(([, a], [, b]) => a.lastUsed - b.lastUsed)
    if (!oldest) return false
    await this.close(oldest[0])
    return true
  }

  async #greeted(user: string): Promise<Shell> {
    const { channel, greeting, ownLocale } = await this.#driver(user)
    const { target, trips } = this.#context
    const name = user === this.#transport.user ? target : `${target} as ${user}`
    if (greeting.lacks.length > 0) throw lacking(name, greeting.lacks)
    const kill = (pid: number): Promise<void> => this.#kill(pid, user)
    return new Shell(channel, greeting, { name, trips, ownLocale, kill })
  }

  async #driver(user: string): Promise<Opened> {
    const { become, seconds, target, trips } = this.#context
    const waited = (): void => void (trips.setup += 1)
    const opening = { transport: this.#transport, become, seconds, waited }
    if (user !== this.#transport.user) return startDriverAs(user, opening)
    const started = await startDriver(opening)
    if ('greeting' in started) return started
    throw noShell(target, seconds, started)
  }

  // A shell of its own: the account's usual one is waiting for what is to be killed.
  async #kill(pid: number, user: string): Promise<void> {
    const script = sh`target=${pid}${KILL}`
    try {
      const shell = await this.#greeted(user)
      await shell.run([{ script }])
      await shell.close()
    } catch (error) {
      if (!(error instanceof NoMoreSessions)) throw error
      await this.#context.elsewhere(script, { user })
    }
  }
}

const lacking = (name: string, tools: readonly string[]): HostLost =>
  new HostLost('E_HOST_LACKS', `${name}: the host lacks ${tools.join(', ')}`, {
    hint: 'a managed host needs a POSIX shell, coreutils or busybox, setsid, and a writable /tmp',
  })

const noSessions = (target: string, cause: Error): HostLost =>
  new HostLost('E_NO_SHELL', `${target}: the SSH server opens no session: ${cause.message}`, {
    hint: 'MaxSessions must be 1 or more, and neither ForceCommand nor restrict may forbid commands',
    cause,
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
