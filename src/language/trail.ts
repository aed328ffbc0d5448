import { UserError } from '../core/error.ts'

/** The variables that are being resolved, one inside the other; finds the one that needs itself. */
export class Trail {
  readonly #steps: { readonly host: string; readonly name: string }[] = []
  readonly #own: string

  /** `own` is the host whose variables are named without it. */
  constructor(own: string) {
    this.#own = own
  }

  /** Runs `resolve` for a variable; throws E_VAR_CYCLE if that is under way already. */
  enter<T>(host: string, name: string, resolve: () => T): T {
    const start = this.#steps.findIndex(step => step.host === host && step.name === name)
    if (start !== -1) throw this.#cycle(start)
    this.#steps.push({ host, name })
    try {
      return resolve()
    } finally {
      this.#steps.pop()
    }
  }

  #cycle(start: number): UserError {
    const steps = this.#steps.slice(start)
    const path = [...steps, ...steps.slice(0, 1)].map(({ host, name }) =>
      host === this.#own ? name : `hostvars['${host}'].${name}`,
    )
    return new UserError('E_VAR_CYCLE', `the variable needs itself: ${path.join(' → ')}`, {
      hint: 'give one of them another name, or a value that does not use the others',
    })
  }
}
