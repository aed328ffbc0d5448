/** A place in one of the user's files; lines and columns count from 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

interface Details {
  readonly at?: Position | undefined
  readonly hint?: string | undefined
  readonly cause?: unknown
}

/** An error the user can fix; anything else that is thrown is our bug and prints a stack. */
export class UserError extends Error {
  readonly code: string
  readonly at: Position | undefined
  readonly hint: string | undefined

  /** `code` is a key of the table in `codes.ts`. */
  constructor(code: string, message: string, { at, hint, cause }: Details = {}) {
    super(message, { cause })
    this.name = 'UserError'
    this.code = code
    this.at = at
    this.hint = hint
  }

  /** The same error with a place, for one that was thrown where the place was not known. */
  placed(at: Position | undefined): UserError {
    if (this.at !== undefined || at === undefined) return this
    const { code, message, hint, cause } = this
    return new UserError(code, message, { at, hint, cause })
  }
}

/** Several mistakes found together; as a UserError it stands for the first of them. */
export class UserErrors extends UserError {
  /** At least one; sorted by file, line and column. */
  readonly errors: readonly UserError[]

  constructor(errors: readonly [UserError, ...UserError[]]) {
    const sorted = errors.toSorted(byPlace)
    const { code, message, at, hint, cause } = sorted[0] ?? errors[0]
    super(code, message, { at, hint, cause })
    this.name = 'UserErrors'
    this.errors = sorted
  }
}

/** Sorts errors by file, line and column; those without a place come first. */
export const byPlace = ({ at: a }: UserError, { at: b }: UserError): number => {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.line - b.line || a.column - b.column
}

/** `file:line:column`, as editors and terminals link it. */
export const formatPosition = ({ file, line, column }: Position): string =>
  `${file}:${line}:${column}`

/** Two lines at most: place, fact and code; then the hint. */
export const formatError = ({ at, code, hint, message }: UserError): string => {
  const headline = `${at ? `${formatPosition(at)}: ` : ''}${message} [${code}]`
  return hint === undefined ? headline : `${headline}\n  hint: ${hint}`
}
