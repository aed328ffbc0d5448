/** What the driver sends: a request has started under a process id, or has ended. */
export type Frame =
  | { readonly kind: 'started'; readonly id: number; readonly pid: number }
  | {
      readonly kind: 'ended'
      readonly id: number
      readonly code: number
      readonly stdout: Buffer
      readonly stderr: Buffer
      readonly ms: number
      /** The output's size when it was too much to send. */
      readonly tooMuch: number | undefined
    }

const LONGEST_LINE = 200

const FRAME = /^(?:P (\d+) (\d+)|([AL]) (\d+) (-?\d+) (\d+) (\d+) ([\d.]+) ([\d.]+))$/

interface Body {
  readonly id: number
  readonly code: number
  readonly ms: number
  readonly bytes: Buffer
  readonly split: number
  filled: number
}

/** Cuts the driver's stream into frames, however it arrives; throws on anything that is none. */
export class FrameReader {
  readonly #deliver: (frame: Frame) => void
  #line = Buffer.alloc(0)
  #body: Body | undefined

  constructor(deliver: (frame: Frame) => void) {
    this.#deliver = deliver
  }

  push(chunk: Buffer): void {
    let rest = chunk
    while (rest.length > 0) rest = this.#body ? this.#fill(this.#body, rest) : this.#head(rest)
  }

  #head(chunk: Buffer): Buffer {
    const end = chunk.indexOf(0x0a)
    const part = end < 0 ? chunk : chunk.subarray(0, end)
    this.#line = Buffer.concat([this.#line, part.subarray(0, LONGEST_LINE + 1)])
    if (this.#line.length > LONGEST_LINE) throw new Error(`not a frame: ${this.#show()}`)
    if (end < 0) return chunk.subarray(chunk.length)
    this.#begin(this.#line.toString('latin1'))
    this.#line = Buffer.alloc(0)
    return chunk.subarray(end + 1)
  }

  #begin(line: string): void {
    const [, startedId, pid, kind, id, code, out, err, from, to] = FRAME.exec(line) ?? []
    if (startedId !== undefined) {
      this.#deliver({ kind: 'started', id: Number(startedId), pid: Number(pid) })
      return
    }
    if (kind === undefined) throw new Error(`not a frame: ${this.#show()}`)
    const [split, rest] = [Number(out), Number(err)]
    // /proc/uptime has hundredths of a second.
    const ms = Math.max(0, Math.round((Number(to) - Number(from)) * 1000))
    const head = { id: Number(id), code: Number(code), ms }
    if (kind === 'L') {
      const none = Buffer.alloc(0)
      const tooMuch = split + rest
      this.#deliver({ kind: 'ended', ...head, stdout: none, stderr: none, tooMuch })
    } else {
      // One buffer of the announced size: collecting chunks would need the memory twice.
      this.#body = { ...head, split, bytes: Buffer.allocUnsafeSlow(split + rest), filled: 0 }
      this.#fill(this.#body, Buffer.alloc(0))
    }
  }

  #fill(body: Body, chunk: Buffer): Buffer {
    const taken = chunk.copy(body.bytes, body.filled)
    body.filled += taken
    if (body.filled === body.bytes.length) {
      this.#body = undefined
      const { id, code, ms, bytes, split } = body
      const [stdout, stderr] = [bytes.subarray(0, split), bytes.subarray(split)]
      this.#deliver({ kind: 'ended', id, code, ms, stdout, stderr, tooMuch: undefined })
    }
    return chunk.subarray(taken)
  }

  #show(): string {
    return JSON.stringify(this.#line.subarray(0, 80).toString('latin1'))
  }
}
