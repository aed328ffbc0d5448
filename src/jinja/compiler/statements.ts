import { isTruthy } from '../runtime/compare.ts'
import { printValue } from '../runtime/print.ts'
import type { Statement } from '../syntax/ast.ts'
import { compileSet, compileSetBlock, compileWith } from './assignment.ts'
import { compileCapture } from './capture.ts'
import { located, type Compiler, type Execute } from './compiler.ts'
import type { Frame } from './frame.ts'
import { compileBlock, compileExtends } from './inheritance.ts'
import { compileFor } from './loop.ts'
import { compileCallBlock, compileMacro } from './macro.ts'
import { compileFromImport, compileImport, compileInclude } from './modules.ts'

type Kind<K extends Statement['kind']> = Extract<Statement, { kind: K }>

/** Turns a statement into a closure. */
export const compileStatement = (compiler: Compiler, node: Statement): Execute => {
  switch (node.kind) {
    case 'text':
      return (_, output) => {
        output.write(node.text)
        return undefined
      }
    case 'output':
    case 'do':
      return compileOutput(compiler, node)
    case 'break':
    case 'continue':
      return () => node.kind
    case 'if':
      return compileIf(compiler, node)
    case 'for':
      return compileFor(compiler, node)
    case 'set':
      return compileSet(compiler, node)
    case 'setBlock':
      return compileSetBlock(compiler, node)
    case 'with':
      return compileWith(compiler, node)
    case 'macro':
      return compileMacro(compiler, node)
    case 'callBlock':
      return compileCallBlock(compiler, node)
    case 'filterBlock':
      return compileFilterBlock(compiler, node)
    case 'include':
      return compileInclude(compiler, node)
    case 'import':
      return compileImport(compiler, node)
    case 'fromImport':
      return compileFromImport(compiler, node)
    case 'block':
      return compileBlock(compiler, node)
    case 'extends':
      return compileExtends(compiler, node)
  }
}

const compileOutput = (compiler: Compiler, node: Kind<'output' | 'do' | 'extends'>): Execute => {
  const value = compiler.expression(node.value)
  const { finalize } = compiler.library
  const print = located(compiler, node, (frame: Frame) => {
    const result = value(frame)
    return typeof result === 'string' ? result : printValue(finalize(result))
  })
  if (node.kind === 'do')
    return frame => {
      value(frame)
      return undefined
    }
  return (frame, output) => {
    output.write(print(frame))
    return undefined
  }
}

const compileIf = (compiler: Compiler, node: Kind<'if'>): Execute => {
  const branches = node.branches.map(({ condition, body }) => ({
    condition: compiler.expression(condition),
    body: compiler.body(body),
  }))
  const otherwise = compiler.body(node.otherwise)
  return (frame, output) => {
    for (const { condition, body } of branches)
      if (isTruthy(condition(frame))) return body(frame, output)
    return otherwise(frame, output)
  }
}

const compileFilterBlock = (compiler: Compiler, node: Kind<'filterBlock'>): Execute => {
  const capture = compileCapture(compiler, node.body)
  const filters = compiler.expression(node.filters)
  return (frame, output) => {
    const inner = frame.child()
    inner.captured = capture(frame)
    const result = filters(inner)
    output.write(printValue(result))
    return undefined
  }
}
