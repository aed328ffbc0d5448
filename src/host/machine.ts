import { setTimeout as wait } from 'node:timers/promises'
import type { BecomeSettings } from '../core/connection.ts'
import type { Words } from '../core/shell.ts'
import { HostLost, type As, type Machine, type Output, type Request } from '../core/wire.ts'
import type { Transport } from './channel.ts'
import { bundled } from './bundle.ts'
import type { Shell } from './shell.ts'
import { Shells } from './shells.ts'
import { Trips } from './trips.ts'

/** Milliseconds that shells have to end by themselves. */
const PATIENCE = 3000

/** How a machine is reached. */
export interface Reach {
  readonly target: string
  readonly become: BecomeSettings
  /** Seconds for connecting, and for a shell to greet. */
  readonly timeout: number
  /** Opens a connection, counting what it waits for. */
  open(waited: () => void): Promise<Transport>
  /** Closes what the machine does not share with others. */
  readonly release?: () => Promise<void>
}

interface Connection {
  readonly transport: Transport
  readonly shells: Shells
}

/** A machine behind one connection, which is opened when it is first needed. */
export class ConnectedMachine implements Machine {
  readonly target: string
  readonly roundTrips = new Trips()
  readonly #reach: Reach
  #connection: Promise<Connection> | undefined
  /** A shell that was anticipated, until the first request comes. */
  #anticipated: Promise<unknown> | undefined
  #closed = false
  /** Settles when the machine was first waited for. */
  readonly #asked: Promise<void>
  #hasAsked: () => void = () => undefined

  constructor(reach: Reach) {
    this.#reach = reach
    this.target = reach.target
    this.#asked = new Promise(resolve => (this.#hasAsked = resolve))
  }

  async run(requests: readonly Request[], as: As): Promise<readonly Output[]> {
    return requests.length === 0 ? [] : this.roundTrips.during(() => this.#run(requests, as))
  }

  async anticipate(as: As): Promise<void> {
    if ((this.#anticipated ?? this.#connection) !== undefined || this.#closed) return
    this.#anticipated = this.#shell(as)
    this.#anticipated.catch(() => undefined)
    // What is worked out meanwhile must not keep us from asking.
    await Promise.race([this.#asked, this.#connection?.catch(() => undefined)])
  }

  async #shell(as: As): Promise<Shell> {
    const { shells } = await this.#connected()
    return shells.get(as)
  }

  async #run(requests: readonly Request[], as: As): Promise<readonly Output[]> {
    const anticipated = this.#anticipated
    this.#anticipated = undefined
    await anticipated
    for (;;) {
      const shell = await this.#shell(as)
      // Closed meanwhile: what was meant to run must not run any more.
      if (this.#closed) throw this.#over()
      // Another account's may have needed its place meanwhile.
      if (shell.open) return bundled(requests, all => shell.run(all))
    }
  }

  async knock(script: Words, as: As = { user: undefined }): Promise<Output> {
    const second = new ConnectedMachine({
      ...this.#reach,
      // Jump hosts stay connected for the first.
      release: () => Promise.resolve(),
    })
    try {
      const [output] = await second.run([{ script, timeLimit: this.#reach.timeout }], as)
      if (output === undefined) throw new Error('a run without its output')
      return output
    } finally {
      await second.close()
      this.roundTrips.setup += second.roundTrips.setup + second.roundTrips.counted
    }
  }

  /** Closes an account's shell, or all: what they know of groups and limits is out of date. */
  async closeShells(user?: string): Promise<void> {
    const connection = await this.#connection
    await connection?.shells.close(user)
  }

  async reset(): Promise<void> {
    const opening = this.#connection
    this.#connection = undefined
    this.#anticipated = undefined
    const connection = await opening?.catch(() => undefined)
    if (connection === undefined) return
    // A machine that does not answer any more closes no shell.
    await Promise.race([connection.shells.end(), wait(PATIENCE, undefined, { ref: false })])
    await connection.transport.close()
  }

  /** Kills what is running, then closes shells and connection. */
  async close(): Promise<void> {
    this.#closed = true
    const connection = await this.#connection?.catch(() => undefined)
    await connection?.shells.interrupt()
    await this.reset()
    await this.#reach.release?.()
  }

  #over(): HostLost {
    return new HostLost('E_HOST_DIED', `${this.target}: the connection was closed`)
  }

  #connected(): Promise<Connection> {
    if (this.#closed) return Promise.reject(this.#over())
    if (this.#connection) return this.#connection
    const opening = this.#connect()
    this.#connection = opening
    const forget = (): void => {
      if (this.#connection === opening) this.#connection = undefined
    }
    opening.then(({ transport }) => transport.lost.then(forget), forget)
    return opening
  }

  async #connect(): Promise<Connection> {
    const { target, become, timeout: seconds } = this.#reach
    const trips = this.roundTrips
    const transport = await this.#reach.open(() => {
      trips.setup += 1
      this.#hasAsked()
    })
    const elsewhere = (script: Words, as: As): Promise<Output> => this.knock(script, as)
    return {
      transport,
      shells: new Shells(transport, { target, become, seconds, trips, elsewhere }),
    }
  }
}
