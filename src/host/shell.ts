import { UserError } from '../core/error.ts'
import { HostLost, type Output, type Request, type Source } from '../core/wire.ts'
import type { Channel } from './channel.ts'
import { OUTPUT_LIMIT } from './driver.ts'
import { FrameReader, type Frame } from './frames.ts'
import type { Greeting } from './greet.ts'
import { Once } from './once.ts'
import { encode, type Encoded } from './request.ts'
import type { Trips } from './trips.ts'

/** What a framed shell needs of its machine. */
export interface ShellContext {
  /** The machine's target and the account, for messages. */
  readonly name: string
  readonly trips: Trips
  readonly ownLocale: boolean
  /** Ends a process group (negative) or a process on the machine, over another channel. */
  kill(pid: number): Promise<void>
}

interface Waiting {
  readonly id: number
  readonly request: Request
  readonly bytes: Encoded
  resolve(output: Output): void
  reject(error: unknown): void
  pid: number | undefined
  timer: NodeJS.Timeout | undefined
  timedOut: boolean
}

const NONE = Buffer.alloc(0)

/** Seconds that a request has to be answered when it should be ended, before its shell is given up. */
const GRACE = 5

/** One account's long-lived shell on a machine: requests in, outputs out, in order. */
export class Shell {
  readonly greeting: Greeting
  /** Settles when the shell is of no use any more. */
  readonly ended: Promise<void>
  /** For closing the least recently used one. */
  lastUsed = 0
  readonly #channel: Channel
  readonly #context: ShellContext
  readonly #gone: Promise<never>
  #waiting: Waiting[] = []
  #writing: Promise<void> = Promise.resolve()
  #lastId = 0
  #settle: () => void = () => undefined
  #closing = false
  #interrupted = false
  #onIdle: (() => void)[] = []
  #dead: HostLost | undefined
  readonly #once = new Once()

  constructor(channel: Channel, greeting: Greeting, context: ShellContext) {
    this.greeting = greeting
    this.ended = new Promise(resolve => (this.#settle = resolve))
    this.#channel = channel
    this.#context = context
    const reader = new FrameReader(frame => {
      this.#take(frame)
    })
    channel.stdout.on('data', (chunk: Buffer) => {
      context.trips.receivedBytes += chunk.length
      try {
        if (!this.#dead) reader.push(chunk)
      } catch (cause) {
        this.#protocolError(cause)
      }
    })
    channel.stderr.resume()
    this.#gone = channel.ended.then(({ cause }) => {
      this.#die(this.#lost('E_HOST_DIED', 'the connection or its shell ended', cause))
      throw this.#dead ?? new Error('ended')
    })
    this.#gone.catch(() => undefined)
  }

  get busy(): boolean {
    return this.#waiting.length > 0
  }

  /** Settles when nothing is running any more. */
  idle(): Promise<void> {
    return this.busy ? new Promise(resolve => this.#onIdle.push(resolve)) : Promise.resolve()
  }

  /** Sends the requests in one write and gives one output for each. */
  run(requests: readonly Request[]): Promise<readonly Output[]> {
    return this.#once.run(requests, due => this.#run(due))
  }

  async #run(requests: readonly Request[]): Promise<readonly Output[]> {
    if (this.#dead) throw this.#dead
    this.lastUsed = performance.now()
    const { ownLocale } = this.#context
    const encoded = requests.map((request, i) => {
      const id = ++this.#lastId
      return { id, request, bytes: encode(id, request, { first: i === 0, ownLocale }) }
    })
    const outputs = encoded.map(
      entry =>
        new Promise<Output>((resolve, reject) => {
          const state = { pid: undefined, timer: undefined, timedOut: false }
          this.#waiting.push({ ...entry, ...state, resolve, reject })
        }),
    )
    const sent = this.#waiting.slice(-requests.length)
    this.#writing = this.#writing.then(() => this.#send(sent))
    return Promise.all(outputs)
  }

  /** Has the driver end after what it is doing, which removes its private directory. */
  async end(): Promise<void> {
    this.#closing = true
    await this.idle()
    this.#channel.close()
  }

  /** Ends the driver, and waits until it has ended. */
  async close(): Promise<void> {
    await this.end()
    await this.#channel.ended
  }

  /** Whether it takes requests: not when it has died, or is to be closed. */
  get open(): boolean {
    return !this.#closing && this.#dead === undefined
  }

  /** Kills what is running now, and what starts although it was sent before, for Ctrl-C. */
  async interrupt(): Promise<void> {
    this.#interrupted = true
    const pid = this.#waiting[0]?.pid
    if (pid !== undefined) await this.#context.kill(-pid)
  }

  async #send(waiting: readonly Waiting[]): Promise<void> {
    try {
      if (this.#dead) throw this.#dead
      this.#context.trips.wrote()
      let ready: Buffer[] = []
      for (const { bytes, request } of waiting) {
        ready.push(bytes.head)
        if (request.source === undefined) continue
        await this.#write(Buffer.concat(ready))
        await this.#stream(request.source)
        ready = [bytes.tail]
      }
      if (ready.length > 0) await this.#write(Buffer.concat(ready))
    } catch (error) {
      this.#abandon(waiting, error)
    }
  }

  async #stream(source: Source): Promise<void> {
    let left = source.size
    for await (const chunk of source.open()) {
      left -= chunk.length
      if (left < 0) break
      await this.#write(chunk)
    }
    if (left !== 0)
      throw new UserError('E_SOURCE_CHANGED', 'a file changed while it was being sent')
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#context.trips.sentBytes += bytes.length
    const taken = new Promise<void>(resolve => {
      this.#channel.stdin.write(bytes, error => {
        if (!error) resolve()
      })
    })
    // Bounded memory: nothing more is read from a source until the host has taken this.
    await Promise.race([taken, this.#gone])
  }

  // What was announced to the driver cannot be completed, so that this shell is of no use any more.
  #abandon(waiting: readonly Waiting[], error: unknown): void {
    for (const entry of waiting) this.#finish(entry, undefined, error)
    this.#die(this.#lost('E_HOST_DIED', 'its shell was given up', error))
    this.#channel.close()
  }

  #take(frame: Frame): void {
    const entry = this.#waiting[0]
    if (entry?.id !== frame.id)
      throw new Error(`an answer to request ${frame.id}, which is not due`)
    if (frame.kind === 'started') {
      this.#started(entry, frame.pid)
      return
    }
    this.#context.trips.answered(frame.ms)
    const { code, stdout, stderr, ms, tooMuch } = frame
    if (tooMuch === undefined) {
      this.#finish(entry, { code, stdout, stderr, ms, timedOut: entry.timedOut })
    } else {
      const limit = `${OUTPUT_LIMIT / 1024 / 1024} MiB`
      const message = `a command's output of ${tooMuch} bytes is more than ${limit}`
      const hint = 'write it to a file on the host and fetch that'
      this.#finish(entry, undefined, new UserError('E_OUTPUT_LIMIT', message, { hint }))
    }
  }

  #started(entry: Waiting, pid: number): void {
    entry.pid = pid
    // Whether killing worked shows in the answer, or in its absence.
    if (this.#interrupted) void this.#context.kill(-pid).catch(() => undefined)
    const { timeLimit } = entry.request
    if (timeLimit === undefined) return
    entry.timer = setTimeout(() => void this.#expire(entry, pid), timeLimit * 1000)
  }

  async #expire(entry: Waiting, pid: number): Promise<void> {
    entry.timedOut = true
    entry.timer = setTimeout(() => void this.#replace(entry), GRACE * 1000)
    // Whether killing worked shows in the answer, or in its absence.
    await this.#context.kill(-pid).catch(() => undefined)
  }

  // Not even a killed request came back (uninterruptible sleep): the driver goes, before it could
  // read and run what was sent after it.
  async #replace(stuck: Waiting): Promise<void> {
    const rest = this.#waiting.filter(entry => entry !== stuck)
    const unrun = (text: string, timedOut: boolean): Output => ({
      code: -1,
      stdout: NONE,
      stderr: Buffer.from(text),
      ms: 0,
      timedOut,
    })
    await this.#context.kill(this.greeting.pid).catch(() => undefined)
    this.#finish(stuck, unrun('it went on after it was killed', true))
    for (const entry of rest) this.#finish(entry, unrun('not run: its shell was replaced', false))
    this.#die(this.#lost('E_HOST_DIED', 'its shell was replaced'))
    this.#channel.close()
  }

  #finish(entry: Waiting, output: Output | undefined, error?: unknown): void {
    clearTimeout(entry.timer)
    this.#waiting = this.#waiting.filter(other => other !== entry)
    if (output) entry.resolve(output)
    else entry.reject(error)
    if (!this.busy) for (const resume of this.#onIdle.splice(0)) resume()
  }

  #protocolError(cause: unknown): void {
    const fact = cause instanceof Error ? cause.message : String(cause)
    this.#die(this.#lost('E_PROTOCOL', `its shell broke the protocol: ${fact}`, cause))
    this.#channel.close()
  }

  #lost(code: string, fact: string, cause?: unknown): HostLost {
    const why = cause instanceof Error && code === 'E_HOST_DIED' ? `: ${cause.message}` : ''
    return new HostLost(code, `${this.#context.name}: ${fact}${why}`, {
      inFlight: this.#waiting.length > 0,
      cause,
    })
  }

  #die(error: HostLost): void {
    if (this.#dead) return
    this.#dead = error
    this.#settle()
    for (const entry of this.#waiting) this.#finish(entry, undefined, error)
  }
}
