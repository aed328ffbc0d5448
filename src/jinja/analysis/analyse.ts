import { GLOBAL_FUNCTIONS } from '../builtins/functions.ts'
import { guardStack } from '../stack.ts'
import { parseExpression, parseTemplate } from '../syntax/parse.ts'
import { ANSIBLE_WHITESPACE, Source, type Origin, type Whitespace } from '../syntax/source.ts'
import { namesDefinedIf } from './guards.ts'
import { Names } from './scope.ts'
import { StatementAnalyser } from './statements.ts'
import type { Analysis, VariableUse } from './uses.ts'

/** How a source is read, and what its host knows of names. */
export interface AnalysisOptions extends Origin, Partial<Whitespace> {
  /** Names that are no variables: the host's global functions. Those of Jinja are known. */
  readonly globals?: Iterable<string>
  /** Names that exist whenever the source is evaluated, for example by a `when:`. */
  readonly defined?: Iterable<string>
}

/** Everything that a source uses, with its place. A source that does not parse raises. */
export const analyse = (
  source: string,
  kind: 'template' | 'expression',
  options: AnalysisOptions = {},
): Analysis => {
  const text = new Source(source, options)
  const analyser = new StatementAnalyser([...GLOBAL_FUNCTIONS.keys(), ...(options.globals ?? [])])
  const names = Names.outermost(options.defined ?? []).inner('self')
  guardStack(() => {
    if (kind === 'expression') analyser.expression(parseExpression(text), names)
    else analyser.body(parseTemplate(text, { ...ANSIBLE_WHITESPACE, ...options }), names)
  })
  return analyser.found
}

/** The names that a source reads from outside. */
export const freeVariables = (
  source: string,
  kind: 'template' | 'expression',
  options: AnalysisOptions = {},
): readonly VariableUse[] => analyse(source, kind, options).variables

/** The names that must exist if an expression is true, such as `x` for `x is defined and x.y`. */
export const definedWhenTrue = (source: string, options: Origin = {}): ReadonlySet<string> =>
  namesDefinedIf(parseExpression(new Source(source, options)))
