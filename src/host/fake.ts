import { setTimeout as wait } from 'node:timers/promises'
import type { Words } from '../core/shell.ts'
import { HostLost, type As, type Machine, type Output, type Request } from '../core/wire.ts'
import { Trips } from './trips.ts'

/** What a fake machine does with one request. */
export type FakeAnswer =
  | (Partial<Omit<Output, 'stdout' | 'stderr'>> & { stdout?: string | Buffer; stderr?: string })
  | { readonly fault: 'dies' | 'hangs' }

/** How a fake machine behaves. */
export interface FakeBehaviour {
  answer(request: Request, as: As): FakeAnswer
  /** Milliseconds for each write and its answer; none without. */
  readonly latency?: number
  readonly target?: string
}

/** A machine for tests of timing and faults: it counts round trips as a real one does. */
export class FakeMachine implements Machine {
  readonly target: string
  readonly roundTrips = new Trips()
  /** The scripts that were run, in order. */
  readonly scripts: string[] = []
  readonly #behaviour: FakeBehaviour
  #last: Promise<unknown> = Promise.resolve()
  #cut: (error: HostLost) => void = () => undefined

  constructor(behaviour: FakeBehaviour) {
    this.#behaviour = behaviour
    this.target = behaviour.target ?? 'fake'
  }

  run(requests: readonly Request[], as: As): Promise<readonly Output[]> {
    if (requests.length === 0) return Promise.resolve([])
    this.roundTrips.wrote()
    // In order, as in a shell: the next write is answered after the one before it.
    const answered = this.roundTrips.during(() => this.#last.then(() => this.#answer(requests, as)))
    this.#last = answered.catch(() => undefined)
    return answered
  }

  async knock(script: Words, as: As = { user: undefined }): Promise<Output> {
    this.roundTrips.setup += 1
    const [output] = await this.#answer([{ script }], as)
    if (output === undefined) throw new Error('a run without its output')
    return output
  }

  reset(): Promise<void> {
    this.#cut(this.#lost('the connection was reset'))
    return Promise.resolve()
  }

  close(): Promise<void> {
    return this.reset()
  }

  async #answer(requests: readonly Request[], as: As): Promise<Output[]> {
    await wait(this.#behaviour.latency ?? 0)
    const outputs: Output[] = []
    let failed = false
    for (const request of requests) {
      const skipped = failed && request.afterSuccess === true
      const output = skipped ? filled({ code: -1 }) : await this.#one(request, as)
      const { codes = [0] } = request
      if (!skipped && codes !== 'any' && !codes.includes(output.code)) failed = true
      outputs.push(output)
    }
    this.roundTrips.answered(outputs.reduce((sum, { ms }) => sum + ms, 0))
    return outputs
  }

  async #one(request: Request, as: As): Promise<Output> {
    this.scripts.push(request.script.text)
    const answer = this.#behaviour.answer(request, as)
    if (!('fault' in answer)) return filled(answer)
    if (answer.fault === 'dies') throw this.#lost('the connection or its shell ended')
    return new Promise((_resolve, reject) => (this.#cut = reject))
  }

  #lost(fact: string): HostLost {
    return new HostLost('E_HOST_DIED', `${this.target}: ${fact}`, { inFlight: true })
  }
}

const filled = (answer: Exclude<FakeAnswer, { fault: string }>): Output => ({
  code: 0,
  ms: 0,
  timedOut: false,
  ...answer,
  stdout: Buffer.from(answer.stdout ?? ''),
  stderr: Buffer.from(answer.stderr ?? ''),
})
