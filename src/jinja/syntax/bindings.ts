import type { Position } from '../error.ts'
import type { Binding, Expression, Parameter, Statement, Target } from './ast.ts'
import type { Parser } from './parser.ts'

/** What is assigned to: `a`, `a, b`, `(a, (b, c))`, and `ns.a` where `attributes` are allowed. */
export const parseTarget = (parser: Parser, attributes = false): Target => {
  const { stream } = parser
  const first = parseSingleTarget(parser, attributes)
  if (!stream.isOperator(',')) return first
  const targets = [first]
  while (stream.skip('operator', ',')) {
    if (stream.isOperator('=', ')') || stream.isWord('in')) break
    targets.push(parseSingleTarget(parser, attributes))
  }
  return { kind: 'unpack', targets }
}

const parseSingleTarget = (parser: Parser, attributes: boolean): Target => {
  const { stream } = parser
  if (stream.skip('operator', '(')) {
    const target = stream.nested(() => parseTarget(parser, attributes))
    stream.expect('operator', ')')
    return target
  }
  const name = stream.expect('name').value
  if (!attributes || !stream.skip('operator', '.')) return { kind: 'name', name }
  return { kind: 'attribute', name, attribute: stream.expect('name').value }
}

/** `{% set a = b %}` and `{% set a %}…{% endset %}`. */
export const parseSet = (parser: Parser, at: Position): Statement => {
  const { stream, expressions } = parser
  const target = parseTarget(parser, true)
  if (stream.skip('operator', '=')) {
    const value = expressions.tuple()
    stream.expect('end')
    return { kind: 'set', target, value, ...at }
  }
  const captured: Expression = { kind: 'captured', ...at }
  const filters = stream.isOperator('|') ? expressions.filtersAndTests(captured) : undefined
  return { kind: 'setBlock', target, filters, body: parser.bodyUntil('endset'), ...at }
}

/** `{% with a = b, c = d %}`. */
export const parseWith = (parser: Parser, at: Position): Statement => {
  const { stream, expressions } = parser
  const bindings: Binding[] = []
  while (!stream.is('end')) {
    const target = parseTarget(parser)
    stream.expect('operator', '=')
    bindings.push({ target, value: expressions.expression() })
    if (!stream.skip('operator', ',')) break
  }
  return { kind: 'with', bindings, body: parser.bodyUntil('endwith'), ...at }
}

/** `{% macro name(a, b=1) %}`. */
export const parseMacro = (parser: Parser, at: Position): Statement => {
  const name = parser.stream.expect('name').value
  const parameters = parseParameters(parser)
  return { kind: 'macro', name, parameters, body: parser.bodyUntil('endmacro', name), ...at }
}

/** `{% call(a) macro(…) %}`. */
export const parseCallBlock = (parser: Parser, at: Position): Statement => {
  const { stream, expressions } = parser
  const parameters = stream.isOperator('(') ? parseParameters(parser) : []
  const start = stream.current
  const call = expressions.expression()
  if (call.kind !== 'call') return stream.fail("expected a call behind 'call'", start)
  return { kind: 'callBlock', call, parameters, body: parser.bodyUntil('endcall'), ...at }
}

const parseParameters = (parser: Parser): Parameter[] => {
  const { stream, expressions } = parser
  const parameters: Parameter[] = []
  stream.expect('operator', '(')
  while (!stream.isOperator(')')) {
    const token = stream.expect('name')
    const fallback = stream.skip('operator', '=') ? expressions.expression() : undefined
    if (fallback === undefined && parameters.at(-1)?.fallback)
      stream.fail('a parameter without a default value follows one with a default value', token)
    parameters.push({ name: token.value, fallback })
    if (!stream.skip('operator', ',')) break
  }
  stream.expect('operator', ')')
  return parameters
}
