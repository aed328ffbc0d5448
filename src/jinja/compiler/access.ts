import { getAttribute, getItem } from '../runtime/access.ts'
import type { Missing } from '../runtime/entries.ts'
import { getSlice } from '../runtime/slice.ts'
import { Undefined } from '../runtime/undefined.ts'
import { demand, UNDEFINED } from '../runtime/values.ts'
import type { Expression, SliceExpression } from '../syntax/ast.ts'
import { describePath } from '../syntax/path.ts'
import { located, type Compiler, type Evaluate } from './compiler.ts'

type Kind<K extends Expression['kind']> = Extract<Expression, { kind: K }>

/** A name: what the template set, else the host's, else a global. The value may be a trap. */
export const compileName = (compiler: Compiler, node: Kind<'name'>): Evaluate => {
  const { name } = node
  const { template, library } = compiler
  return frame => {
    const value = frame.lookup(name)
    if (value !== UNDEFINED && value !== undefined) return value
    const global = library.globals.get(name)
    if (global !== undefined) return global
    const suggest = (): string | undefined => frame.run.scope.suggest?.(name)
    return new Undefined({ path: name, at: node, template, suggest })
  }
}

const missingAt = (compiler: Compiler, node: Expression): Missing => {
  const path = describePath(node)
  const { template } = compiler
  return (fact, suggest) => new Undefined({ path, fact, at: node, template, suggest })
}

/** `object.name`; the value may be a trap. */
export const compileAttribute = (compiler: Compiler, node: Kind<'attribute'>): Evaluate => {
  const object = compiler.expression(node.object)
  const missing = missingAt(compiler, node)
  return located(compiler, node, frame => {
    const value = object(frame)
    if (value instanceof Undefined) return value.inner(describePath(node))
    return getAttribute(value, node.name, missing)
  })
}

/** `object[key]`; the value may be a trap. */
export const compileItem = (compiler: Compiler, node: Kind<'item'>): Evaluate => {
  const object = compiler.expression(node.object)
  const key = compiler.expression(node.key)
  const missing = missingAt(compiler, node)
  return located(compiler, node, frame => {
    const value = object(frame)
    const index = key(frame)
    if (value instanceof Undefined) return value.inner(describePath(node))
    return getItem(value, demand(index), missing)
  })
}

/** `object[start:stop:step]`. */
export const compileSlice = (compiler: Compiler, node: SliceExpression): Evaluate => {
  const object = compiler.expression(node.object)
  const bounds = [node.start, node.stop, node.step].map(
    bound => bound && compiler.expression(bound),
  )
  return located(compiler, node, frame =>
    getSlice(
      object(frame),
      bounds.map(bound => bound?.(frame) ?? null),
    ),
  )
}
