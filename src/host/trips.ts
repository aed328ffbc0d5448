import type { RoundTrips } from '../core/wire.ts'

/** Counts a machine's round trips: each write that was sent after waiting for an answer. */
export class Trips implements RoundTrips {
  counted = 0
  setup = 0
  #answered = true

  /** A write to a framed shell; those sent before the first's answer arrives share one trip. */
  wrote(): void {
    if (this.#answered) this.counted += 1
    this.#answered = false
  }

  /** An answer came in full. */
  answered(): void {
    this.#answered = true
  }
}
