import { TemplateError } from '../error.ts'
import { printValue } from '../runtime/print.ts'
import { Undefined } from '../runtime/undefined.ts'
import { type Args, Callable, type Kwargs, tupleOf } from '../runtime/values.ts'
import type { Body, CallBlockStatement, MacroStatement, Parameter } from '../syntax/ast.ts'
import { callValue } from './calls.ts'
import { located, type Compiler, type Evaluate, type Execute } from './compiler.ts'
import type { Frame } from './frame.ts'
import { Output } from './output.ts'

/** A macro without the frame in which it was defined. */
type MakeMacro = (frame: Frame) => Callable

interface Signature {
  readonly name: string
  readonly parameters: readonly Parameter[]
  readonly body: Body
}

/** `{% macro %}`. */
export const compileMacro = (compiler: Compiler, node: MacroStatement): Execute => {
  const make = compileCallable(compiler, node)
  return frame => {
    frame.locals.set(node.name, make(frame))
    return undefined
  }
}

/** `{% call %}`: the body is handed to the called macro as `caller`. */
export const compileCallBlock = (compiler: Compiler, node: CallBlockStatement): Execute => {
  const { parameters, body, call } = node
  const makeCaller = compileCallable(compiler, { name: 'caller', parameters, body })
  const callee = compiler.expression(call.callee)
  const evaluateArguments = compiler.args(call.args, true)
  const run = located(compiler, call, (frame: Frame) => {
    const target = callee(frame)
    const { args, kwargs } = evaluateArguments(frame)
    const withCaller = new Map(kwargs).set('caller', makeCaller(frame))
    return printValue(callValue(target, args, withCaller, frame.run.context))
  })
  return (frame, output) => {
    output.write(run(frame))
    return undefined
  }
}

const compileCallable = (compiler: Compiler, { name, parameters, body }: Signature): MakeMacro => {
  const fallbacks = parameters.map(({ fallback }) => fallback && compiler.expression(fallback))
  const execute = compiler.body(body)
  const uses = new Set(parameters.map(parameter => parameter.name))
  return frame =>
    // A parameter may be given something undefined, for the macro to default.
    new Callable(
      name,
      (args, kwargs) =>
        frame.run.deeper(() => {
          const inner = frame.child()
          bindParameters(inner, { name, parameters, fallbacks, uses }, args, kwargs)
          const output = new Output()
          execute(inner, output)
          return output.toString()
        }),
      true,
    )
}

interface Bindable {
  readonly name: string
  readonly parameters: readonly Parameter[]
  readonly fallbacks: readonly (Evaluate | undefined)[]
  readonly uses: ReadonlySet<string>
}

const bindParameters = (frame: Frame, macro: Bindable, args: Args, kwargs: Kwargs): void => {
  const { locals } = frame
  macro.parameters.forEach(({ name }, index) => {
    if (index < args.length) {
      if (kwargs.has(name))
        throw new TemplateError(`'${macro.name}' got more than one value for '${name}'`)
      locals.set(name, args[index])
    } else if (kwargs.has(name)) locals.set(name, kwargs.get(name))
    else {
      const fallback = macro.fallbacks[index]
      locals.set(name, fallback ? fallback(frame) : notGiven(macro.name, name))
    }
  })
  const others = new Map([...kwargs].filter(([name]) => !macro.uses.has(name)))
  if (!macro.uses.has('caller') && others.has('caller')) {
    locals.set('caller', others.get('caller'))
    others.delete('caller')
  } else if (!macro.uses.has('caller')) locals.set('caller', noCaller(macro.name))
  locals.set('varargs', tupleOf(args.slice(macro.parameters.length)))
  locals.set('kwargs', others)
}

const notGiven = (macro: string, parameter: string): Undefined =>
  new Undefined({
    path: parameter,
    fact: `the parameter '${parameter}' of '${macro}' was not given`,
  })

const noCaller = (macro: string): Undefined =>
  new Undefined({ path: 'caller', fact: `'${macro}' was not called by a {% call %} block` })
