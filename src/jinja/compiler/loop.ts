import { isTruthy } from '../runtime/compare.ts'
import { iterate } from '../runtime/iterate.ts'
import type { ForStatement } from '../syntax/ast.ts'
import { compileTarget } from './assignment.ts'
import { located, type Compiler, type Evaluate, type Execute } from './compiler.ts'
import type { Frame } from './frame.ts'
import { LoopState } from './loopstate.ts'
import { Output } from './output.ts'

/** `{% for %}`. */
export const compileFor = (compiler: Compiler, node: ForStatement): Execute => {
  const iterable = compiler.expression(node.iterable)
  const select = compileSelection(compiler, node)
  const assign = located(compiler, node, compileTarget(node.target))
  const body = compiler.body(node.body)
  const otherwise = compiler.body(node.otherwise)

  const run = (
    frame: Frame,
    items: readonly unknown[],
    output: Output,
    depth: number,
  ): ReturnType<Execute> => {
    if (items.length === 0) return otherwise(frame, output)
    const recurse = (inner: unknown): string => {
      const innerOutput = new Output()
      frame.run.deeper(() => run(frame, select(frame, inner), innerOutput, depth + 1))
      return innerOutput.toString()
    }
    const loop = new LoopState(items, depth, node.recursive ? recurse : undefined)
    for (const item of items) {
      const turn = frame.child()
      turn.locals.set('loop', loop)
      assign(turn, item)
      if (body(turn, output) === 'break') break
      loop.advance()
    }
    return undefined
  }
  return (frame, output) => run(frame, select(frame, iterable(frame)), output, 1)
}

type Select = (frame: Frame, value: unknown) => readonly unknown[]

// The condition sees the target, but not `loop`, which only counts what is selected.
const compileSelection = (compiler: Compiler, node: ForStatement): Select => {
  const list = located(compiler, node.iterable, iterate)
  if (!node.condition) return (_, value) => list(value)
  const condition: Evaluate = compiler.expression(node.condition)
  const assign = located(compiler, node, compileTarget(node.target))
  return (frame, value) => {
    const inner = frame.child()
    return list(value).filter(item => {
      assign(inner, item)
      return isTruthy(condition(inner))
    })
  }
}
