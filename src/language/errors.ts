import { UserError, type Position } from '../core/error.ts'
import { TemplateError, Undefined, UndefinedError } from '../jinja/index.ts'

/** Finds the place in a user's file of a line and column of a template. */
export type Place = (line: number, column: number) => Position

/** What a template threw, as a UserError with a place; anything else as it is. */
export const userError = (error: unknown, place: Place): unknown => {
  if (error instanceof UserError) return error.placed(place(1, 1))
  if (!(error instanceof TemplateError)) return error
  const code = error instanceof UndefinedError ? 'E_UNDEFINED' : 'E_TEMPLATE'
  const { message, hint } = error
  return new UserError(code, message, { at: positionOf(error, place), hint, cause: error })
}

// Only what was loaded from another file carries a name; its lines are that file's own.
const positionOf = (error: TemplateError, place: Place): Position => {
  const { template, line, column } = error
  if (template !== undefined) return { file: template, line, column }
  return line === 0 ? place(1, 1) : place(line, column)
}

/**
 * The undefined value that a variable has whose template uses an undefined one: it can be tested
 * and defaulted, and raises the first error, at its own place, where it is used otherwise.
 */
export const undefinedBecause = (error: UndefinedError, place: Place): Undefined => {
  const { file, line, column } = positionOf(error, place)
  return new Undefined({
    path: error.variable,
    fact: error.message,
    at: { line, column },
    template: file,
    suggest: () => error.hint,
  })
}

/** The error for the use of such a value outside of any template. */
export const raised = (value: Undefined, place: Place): unknown => {
  try {
    return value.raise()
  } catch (error) {
    return userError(error, place)
  }
}
