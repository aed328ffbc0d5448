import { byPlace, formatError, UserError, UserErrors } from '../../core/error.ts'

/** Collects mistakes, so that reading goes on and all are shown at once. */
export class Mistakes {
  readonly #found = new Map<string, UserError>()

  /** Notes an error, or each of several. The same one at the same place counts once. */
  add(error: UserError): void {
    if (error instanceof UserErrors)
      error.errors.forEach(e => {
        this.add(e)
      })
    else this.#found.set(formatError(error), error)
  }

  /** What `work` gives; undefined when it threw a user error, which is noted. */
  catching<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      this.add(error)
      return undefined
    }
  }

  /** What was noted, sorted by place. */
  all(): readonly UserError[] {
    return [...this.#found.values()].toSorted(byPlace)
  }

  /** Throws what was noted, if anything. */
  throwAny(): void {
    const [first, ...rest] = this.#found.values()
    if (first) throw new UserErrors([first, ...rest])
  }
}
