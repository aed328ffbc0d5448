import type { RoundTrips } from '../core/wire.ts'

/** Counts what talking to a machine costs. */
export class Trips implements RoundTrips {
  counted = 0
  setup = 0
  remoteMs = 0
  sentBytes = 0
  receivedBytes = 0
  #waitedMs = 0
  #answered = true
  #waiting = 0
  #since = 0

  get waitedMs(): number {
    return this.#waitedMs + (this.#waiting > 0 ? performance.now() - this.#since : 0)
  }

  /** Counts the time in which any of the answers is awaited, once. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting++ === 0) this.#since = performance.now()
    try {
      return await work()
    } finally {
      if (--this.#waiting === 0) this.#waitedMs += performance.now() - this.#since
    }
  }

  /** A write to a framed shell; those sent before the first's answer arrives share one trip. */
  wrote(): void {
    if (this.#answered) this.counted += 1
    this.#answered = false
  }

  /** An answer came in full, after so many milliseconds of its script. */
  answered(ms = 0): void {
    this.#answered = true
    this.remoteMs += ms
  }
}
