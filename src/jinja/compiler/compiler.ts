import { didYouMean, TemplateError, type Position } from '../error.ts'
import type { Filter } from '../runtime/filter.ts'
import type { Argument, Body, Expression, Statement } from '../syntax/ast.ts'
import type { Args, Kwargs } from '../runtime/values.ts'
import type { BlockBody, Frame } from './frame.ts'
import type { Output } from './output.ts'

/** A compiled expression. */
export type Evaluate = (frame: Frame) => unknown

/** A compiled statement; it answers how a loop is to go on, if it says so. */
export type Execute = (frame: Frame, output: Output) => 'break' | 'continue' | undefined

/** The arguments of a call, evaluated. */
export type EvaluateArguments = (frame: Frame) => { readonly args: Args; readonly kwargs: Kwargs }

/** A compiled template. */
export interface Program {
  readonly name: string | undefined
  readonly body: Execute
  readonly blocks: ReadonlyMap<string, BlockBody>
}

/** What templates are compiled against. */
export interface Library {
  readonly filters: ReadonlyMap<string, Filter>
  readonly tests: ReadonlyMap<string, Filter>
  readonly globals: ReadonlyMap<string, unknown>
  readonly finalize: (value: unknown) => unknown
  /** The compiled template of that name, if the host has it. */
  load(name: string): Program | undefined
}

/** What the parts of the compiler share while one source is compiled. */
export interface Compiler {
  readonly library: Library
  readonly template: string | undefined
  /** The blocks of the template, by name. */
  readonly blocks: Map<string, BlockBody>
  expression(node: Expression): Evaluate
  /** `a.b[0]` and the like without springing a trap at its end; for `is defined`. */
  reference(node: Expression): Evaluate
  args(nodes: readonly Argument[], acceptsUndefined: boolean): EvaluateArguments
  body(statements: Body): Execute
  statement(node: Statement): Execute
}

/** A piece of a program whose errors are located at its place, unless they know a closer one. */
export const located =
  <Given extends unknown[], Result>(
    { template }: Pick<Compiler, 'template'>,
    at: Position,
    run: (...given: Given) => Result,
  ): ((...given: Given) => Result) =>
  (...given) => {
    try {
      return run(...given)
    } catch (error) {
      // The host's errors pass as they are.
      if (error instanceof TemplateError) error.locate(at, template)
      throw error
    }
  }

/** The filter or test of a name; a wrong name is found when a template is compiled. */
export const findNamed = (
  kind: 'filter' | 'test',
  name: string,
  known: ReadonlyMap<string, Filter>,
  place: { at?: Position; template?: string | undefined } = {},
): Filter => {
  const found = known.get(name)
  if (found) return found
  const hint = didYouMean(name, known.keys())
  throw new TemplateError(`there is no ${kind} '${name}'`, { hint, ...place })
}
