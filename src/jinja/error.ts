/** A place in a template; lines and columns count from 1, relative to the origin the host gave. */
export interface Position {
  readonly line: number
  readonly column: number
}

interface Details {
  readonly at?: Position | undefined
  readonly hint?: string | undefined
  readonly template?: string | undefined
}

/** A mistake in a template, found when it is compiled or when it runs. */
export class TemplateError extends Error {
  readonly hint: string | undefined
  #at: Position | undefined
  #template: string | undefined

  constructor(message: string, { at, hint, template }: Details = {}) {
    super(message)
    this.name = 'TemplateError'
    this.hint = hint
    this.#at = at
    this.#template = template
  }

  /** The line, from 1; 0 when the place is not known. */
  get line(): number {
    return this.#at?.line ?? 0
  }

  /** The column, from 1; 0 when the place is not known. */
  get column(): number {
    return this.#at?.column ?? 0
  }

  /** The name of the template, where it was given one. */
  get template(): string | undefined {
    return this.#template
  }

  /** Notes the place where the error passed by; the first, innermost place stays. */
  locate(at: Position, template: string | undefined): this {
    if (this.#at === undefined) {
      this.#at = at
      this.#template = template
    }
    return this
  }
}

/** The use of something that does not exist; `variable` is its path as far as it is undefined. */
export class UndefinedError extends TemplateError {
  readonly variable: string

  constructor(variable: string, message: string, details: Details = {}) {
    super(message, details)
    this.name = 'UndefinedError'
    this.variable = variable
  }
}

/** `did you mean "x"?` for the known name nearest to a wrong one, if any is near. */
export const didYouMean = (wrong: string, known: Iterable<string>): string | undefined => {
  const limit = Math.max(1, Math.floor(wrong.length / 3))
  let best: string | undefined
  let bestDistance = limit + 1
  for (const name of known) {
    if (Math.abs(name.length - wrong.length) >= bestDistance) continue
    const distance = editDistance(wrong, name)
    if (distance < bestDistance) [best, bestDistance] = [name, distance]
  }
  return best === undefined ? undefined : `did you mean "${best}"?`
}

// Levenshtein's distance in which swapping two neighbours counts once, as typing mistakes do.
const editDistance = (from: string, to: string): number => {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      )
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      if (swapped && row > 1 && column > 1)
        cost = Math.min(cost, (beforePrevious[column - 2] ?? 0) + 1)
      current.push(cost)
    }
    ;[beforePrevious, previous] = [previous, current]
  }
  return previous[to.length] ?? 0
}
