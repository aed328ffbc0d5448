import { TemplateError } from '../error.ts'
import { isTruthy } from '../runtime/compare.ts'
import type { Filter } from '../runtime/filter.ts'
import { iterate } from '../runtime/iterate.ts'
import { printValue } from '../runtime/print.ts'
import { Undefined } from '../runtime/undefined.ts'
import {
  type Args,
  Callable,
  type Context,
  demand,
  type Kwargs,
  release,
  TemplateObject,
  typeName,
  unmark,
} from '../runtime/values.ts'
import type { Argument, CallExpression, Expression } from '../syntax/ast.ts'
import {
  findNamed,
  located,
  type Compiler,
  type Evaluate,
  type EvaluateArguments,
} from './compiler.ts'

type Kind<K extends Expression['kind']> = Extract<Expression, { kind: K }>

const NO_ARGUMENTS: { args: Args; kwargs: Kwargs } = { args: [], kwargs: new Map() }

/** The arguments of a call in the order written, with `*` and `**` spread. */
export const compileArguments = (
  compiler: Compiler,
  nodes: readonly Argument[],
  acceptsUndefined: boolean,
): EvaluateArguments => {
  if (nodes.length === 0) return () => NO_ARGUMENTS
  const compiled = nodes.map(node => ({ node, evaluate: compiler.expression(node.value) }))
  return frame => {
    const args: unknown[] = []
    const kwargs = new Map<string, unknown>()
    for (const { node, evaluate } of compiled) {
      const value = unmark(evaluate(frame))
      if (!acceptsUndefined) demand(value)
      if (node.kind === 'keyword') kwargs.set(node.name, value)
      else if (node.kind === 'positional') args.push(value)
      else if (node.kind === 'spread') args.push(...iterate(value))
      else spreadKeywords(value, kwargs)
    }
    return { args, kwargs }
  }
}

const spreadKeywords = (value: unknown, kwargs: Map<string, unknown>): void => {
  if (!(demand(value) instanceof Map))
    throw new TemplateError(`'**' needs a dictionary, not '${typeName(value)}'`)
  const dict = value as Map<unknown, unknown>
  for (const key of dict.keys()) kwargs.set(printValue(key), dict.get(key))
}

/** Calls a value of a template. */
export const callValue = (
  callee: unknown,
  args: Args,
  kwargs: Kwargs,
  context: Context,
): unknown => {
  demand(callee)
  if (callee instanceof TemplateObject && callee.call)
    return release(callee.call(args, kwargs, context)) ?? null
  if (!(callee instanceof Callable))
    throw new TemplateError(`a value of type '${typeName(callee)}' cannot be called`)
  if (!callee.acceptsUndefined) {
    args.forEach(demand)
    for (const value of kwargs.values()) demand(value)
  }
  return release(callee.call(args, kwargs, context)) ?? null
}

/** `callee(args)`. */
export const compileCall = (compiler: Compiler, node: CallExpression): Evaluate => {
  const callee = compiler.expression(node.callee)
  // Whether undefined arguments are welcome is for the callee to say.
  const evaluateArguments = compiler.args(node.args, true)
  return located(compiler, node, frame => {
    const target = demand(callee(frame))
    const { args, kwargs } = evaluateArguments(frame)
    return callValue(target, args, kwargs, frame.run.context)
  })
}

/** Applies a filter or a test as it wants to be: without undefined values, without markup. */
export const applyFilter = (
  filter: Filter,
  value: unknown,
  { args, kwargs }: { readonly args: Args; readonly kwargs: Kwargs },
  context: Context,
): unknown => {
  if (!filter.acceptsUndefined) demand(value)
  const present = !filter.acceptsUndefined && value instanceof Undefined ? '' : value
  const input = filter.acceptsMarkup ? present : unmark(present)
  return release(filter(input, args, kwargs, context)) ?? null
}

/** `input | name(args)`. */
export const compileFilter = (compiler: Compiler, node: Kind<'filter'>): Evaluate => {
  const { library, template } = compiler
  const filter = findNamed('filter', node.name, library.filters, { at: node, template })
  const input = compiler.expression(node.input)
  const args = compiler.args(node.args, filter.acceptsUndefined === true)
  return located(compiler, node, frame =>
    applyFilter(filter, input(frame), args(frame), frame.run.context),
  )
}

/** `input is name(args)`. */
export const compileTest = (compiler: Compiler, node: Kind<'test'>): Evaluate => {
  const { library, template } = compiler
  const test = findNamed('test', node.name, library.tests, { at: node, template })
  const asksExistence = node.name === 'defined' || node.name === 'undefined'
  const input = asksExistence ? compiler.reference(node.input) : compiler.expression(node.input)
  const args = compiler.args(node.args, test.acceptsUndefined === true)
  return located(
    compiler,
    node,
    frame =>
      isTruthy(applyFilter(test, input(frame), args(frame), frame.run.context)) !== node.negated,
  )
}
