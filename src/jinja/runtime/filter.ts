import { bindArguments } from './arguments.ts'
import type { Args, Context, Kwargs } from './values.ts'

/**
 * A filter, or a test: a function of a value and the arguments of `value | name(arguments)`.
 * What it throws reaches the caller unchanged; a TemplateError without a place gets one.
 */
export interface Filter {
  (value: unknown, args: Args, kwargs: Kwargs, context: Context): unknown
  /** Undefined values and arguments are handed over; otherwise they raise before the call. */
  readonly acceptsUndefined?: boolean
  /** Markup is handed over; otherwise it arrives as a string. */
  readonly acceptsMarkup?: boolean
}

interface Traits {
  readonly acceptsUndefined?: boolean
  readonly acceptsMarkup?: boolean
}

/**
 * A filter whose parameters have names, written `'width first blank'`: they may be given by
 * position or by keyword, arrive by position, and are `undefined` where they were left out.
 */
export const filterWith = (
  parameters: string,
  run: (value: unknown, args: unknown[], context: Context) => unknown,
  traits: Traits = {},
): Filter => {
  const names = parameters === '' ? [] : parameters.split(' ')
  const filter = (value: unknown, args: Args, kwargs: Kwargs, context: Context): unknown =>
    run(value, bindArguments('the filter', names, args, kwargs), context)
  return Object.assign(filter, traits)
}
