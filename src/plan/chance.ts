import type { Inputs } from '../core/inputs.ts'
import { Redactor } from '../report/redact.ts'

/**
 * All that chance has made in this process, such as passwords that did not exist before: a plan and
 * the run that keeps to it each make their own, and these count as the same.
 */
export class Chance implements Pick<Inputs, 'madeByChance' | 'derived'> {
  readonly #made = new Redactor()

  constructor() {
    this.#made.beStrict()
  }

  madeByChance(secret: string): void {
    this.#made.register(secret)
  }

  derived(from: string, made: string): void {
    if (this.#made.holds(from)) this.#made.register(made)
  }

  /** The text with one and the same mark in the place of each thing that chance has made. */
  settled(text: string): string {
    return this.#made.withoutRegistered(text)
  }

  /** For the real run: of what it is made of only what chance makes in it counts. */
  get inputs(): Inputs {
    return {
      file: () => undefined,
      value: () => undefined,
      madeByChance: secret => {
        this.madeByChance(secret)
      },
      derived: (from, made) => {
        this.derived(from, made)
      },
    }
  }
}
