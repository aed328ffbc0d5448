import type { ConnectionSettings } from '../core/connection.ts'
import { connect } from './connect.ts'
import { Jumps } from './jumps.ts'
import type { ConnectedMachine } from './machine.ts'

/** The machines of one run: few connect at the same time, jump hosts are shared, all end together. */
export class Pool {
  readonly #jumps = new Jumps()
  readonly #machines = new Set<ConnectedMachine>()
  readonly #queue: (() => void)[] = []
  #free: number

  /** `forks` machines may be connecting at the same time. */
  constructor(forks: number) {
    this.#free = forks
  }

  /** The machine behind the settings; connects at its first request. */
  connect(settings: ConnectionSettings): ConnectedMachine {
    const turn = <T>(work: () => Promise<T>): Promise<T> => this.#turn(work)
    const machine = connect(settings, { jumps: this.#jumps, turn })
    this.#machines.add(machine)
    return machine
  }

  /** Kills what is running, and closes every shell and connection; also for Ctrl-C. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#machines].map(machine => machine.close()))
    this.#machines.clear()
    await this.#jumps.close()
  }

  async #turn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>(resolve => this.#queue.push(resolve))
    else this.#free -= 1
    try {
      return await work()
    } finally {
      const next = this.#queue.shift()
      if (next) next()
      else this.#free += 1
    }
  }
}
