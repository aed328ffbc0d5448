import type { Body } from '../syntax/ast.ts'
import type { Compiler } from './compiler.ts'
import type { Frame } from './frame.ts'
import { Output } from './output.ts'

/** The text that a body prints, in a scope of its own. */
export const compileCapture = (compiler: Compiler, body: Body): ((frame: Frame) => string) => {
  const execute = compiler.body(body)
  return frame => {
    const output = new Output()
    execute(frame.child(), output)
    return output.toString()
  }
}
