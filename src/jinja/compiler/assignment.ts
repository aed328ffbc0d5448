import { TemplateError } from '../error.ts'
import { iterate } from '../runtime/iterate.ts'
import { Namespace } from '../builtins/namespace.ts'
import type { SetBlockStatement, Statement, Target } from '../syntax/ast.ts'
import { compileCapture } from './capture.ts'
import { located, type Compiler, type Execute } from './compiler.ts'
import type { Frame } from './frame.ts'

type Kind<K extends Statement['kind']> = Extract<Statement, { kind: K }>

/** Puts a value into the names of a frame. */
export type Assign = (frame: Frame, value: unknown) => void

/** How a value is put into a target. */
export const compileTarget = (target: Target): Assign => {
  switch (target.kind) {
    case 'name':
      return (frame, value) => {
        frame.locals.set(target.name, value)
      }
    case 'attribute':
      return (frame, value) => {
        const namespace = frame.lookup(target.name)
        if (!(namespace instanceof Namespace))
          throw new TemplateError(
            `'${target.name}' is no namespace, so its attributes cannot be set`,
            {
              hint: `begin with {% set ${target.name} = namespace() %}`,
            },
          )
        namespace.values.set(target.attribute, value)
      }
    case 'unpack':
      return compileUnpacking(target.targets)
  }
}

const compileUnpacking = (targets: readonly Target[]): Assign => {
  const assigns = targets.map(compileTarget)
  return (frame, value) => {
    const values = iterate(value)
    if (values.length !== assigns.length)
      throw new TemplateError(
        `${values.length} values cannot be unpacked into ${assigns.length} names`,
      )
    assigns.forEach((assign, index) => {
      assign(frame, values[index])
    })
  }
}

/** `{% set %}`. */
export const compileSet = (compiler: Compiler, node: Kind<'set'>): Execute => {
  const value = compiler.expression(node.value)
  const assign = located(compiler, node, compileTarget(node.target))
  return frame => {
    assign(frame, value(frame))
    return undefined
  }
}

/** `{% set x %}…{% endset %}`. */
export const compileSetBlock = (compiler: Compiler, node: SetBlockStatement): Execute => {
  const capture = compileCapture(compiler, node.body)
  const filters = node.filters && compiler.expression(node.filters)
  const assign = located(compiler, node, compileTarget(node.target))
  return frame => {
    const text = capture(frame)
    if (!filters) {
      assign(frame, text)
      return undefined
    }
    const inner = frame.child()
    inner.captured = text
    assign(frame, filters(inner))
    return undefined
  }
}

/** `{% with %}`: all values are evaluated outside of it. */
export const compileWith = (compiler: Compiler, node: Kind<'with'>): Execute => {
  const bindings = node.bindings.map(({ target, value }) => ({
    assign: located(compiler, node, compileTarget(target)),
    value: compiler.expression(value),
  }))
  const body = compiler.body(node.body)
  return (frame, output) => {
    const inner = frame.child()
    for (const { assign, value } of bindings) assign(inner, value(frame))
    return body(inner, output)
  }
}
