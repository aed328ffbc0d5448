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

/** `file:line:column`, as editors and terminals link it. */
export const formatPosition = ({ file, line, column }: Position): string =>
  `${file}:${line}:${column}`

/** Two lines at most: place, fact and code; then the hint. */
export const formatError = ({ at, code, hint, message }: UserError): string => {
  const headline = `${at ? `${formatPosition(at)}: ` : ''}${message} [${code}]`
  return hint === undefined ? headline : `${headline}\n  hint: ${hint}`
}
