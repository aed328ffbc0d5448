import type { As, Machine, Output, Request } from '../../src/core/wire.ts'

/** A machine in front of a real one, which does all that a subclass does not do otherwise. */
export class Wrapped implements Machine {
  protected readonly real: Machine

  constructor(real: Machine) {
    this.real = real
  }

  get target(): string {
    return this.real.target
  }

  get roundTrips(): Machine['roundTrips'] {
    return this.real.roundTrips
  }

  run(requests: readonly Request[], as: As): Promise<readonly Output[]> {
    return this.real.run(requests, as)
  }

  knock(...request: Parameters<Machine['knock']>): Promise<Output> {
    return this.real.knock(...request)
  }

  reset(): Promise<void> {
    return this.real.reset()
  }

  close(): Promise<void> {
    return this.real.close()
  }
}
