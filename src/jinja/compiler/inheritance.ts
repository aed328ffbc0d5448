import { TemplateError } from '../error.ts'
import { printValue } from '../runtime/print.ts'
import { Callable, TemplateObject, UNDEFINED } from '../runtime/values.ts'
import type { BlockStatement, Statement } from '../syntax/ast.ts'
import { located, type Compiler, type Execute } from './compiler.ts'
import type { BlockBody, Frame, Run } from './frame.ts'
import { Output } from './output.ts'
import { loadTemplate } from './load.ts'
import type { Program } from './compiler.ts'

type Kind<K extends Statement['kind']> = Extract<Statement, { kind: K }>

/** `{% block %}`: prints the body of the most derived template that has one of this name. */
export const compileBlock = (compiler: Compiler, node: BlockStatement): Execute => {
  const { name } = node
  if (compiler.blocks.has(name))
    throw new TemplateError(`the block '${name}' is defined twice`, {
      at: node,
      template: compiler.template,
    })
  const body = compiler.body(node.body)
  compiler.blocks.set(name, (frame, output) => {
    if (node.required)
      throw new TemplateError(`the block '${name}' is required, and no template fills it`)
    body(frame, output)
  })
  return located(compiler, node, (frame: Frame, output: Output) => {
    // A template that extends another only defines its blocks.
    if (!output.muted) runBlock(name, 0, node.scoped ? frame : frame.root, output)
    return undefined
  })
}

const runBlock = (name: string, level: number, outer: Frame, output: Output): void => {
  const body = outer.run.blocks.get(name)?.[level]
  if (!body) throw new TemplateError(`there is no parent block called '${name}'`)
  const frame = outer.child()
  const parent = (): string => captureBlock(name, level + 1, outer)
  frame.locals.set('super', new Callable('super', parent))
  body(frame, output)
}

const captureBlock = (name: string, level: number, outer: Frame): string => {
  const output = new Output()
  outer.run.deeper(() => {
    runBlock(name, level, outer, output)
  })
  return output.toString()
}

/** `self`: the blocks of a template as functions. */
class BlockFunctions extends TemplateObject {
  override readonly typeName = 'self'
  readonly #root: Frame

  constructor(root: Frame) {
    super()
    this.#root = root
  }

  override attribute(name: string): unknown {
    if (!this.#root.run.blocks.has(name)) return UNDEFINED
    return new Callable(name, () => captureBlock(name, 0, this.#root))
  }
}

/** `{% extends %}`: from here on only blocks, macros and variables count. */
export const compileExtends = (
  compiler: Compiler,
  node: Kind<'output' | 'do' | 'extends'>,
): Execute => {
  const value = compiler.expression(node.value)
  const extend = located(compiler, node, (frame: Frame, output: Output) => {
    const { run } = frame
    if (run.parent) throw new TemplateError('a template can extend only one other')
    const name = printValue(value(frame))
    const program = loadTemplate(compiler.library, name)
    run.parent = (root, parentOutput) => {
      runProgram(program, root, parentOutput)
    }
    output.muted = true
  })
  return (frame, output) => {
    extend(frame, output)
    return undefined
  }
}

/** Runs a template, and after it the templates that it extends. */
export const runProgram = (program: Program, root: Frame, output: Output): void => {
  const { run } = root
  for (const [name, body] of program.blocks) addBlock(run, name, body)
  root.locals.set('self', new BlockFunctions(root))
  const own = new Output()
  program.body(root, own)
  // What was printed before `extends` stands.
  output.write(own.toString())
  const { parent } = run
  if (!parent) return
  run.parent = undefined
  run.deeper(() => {
    parent(root, output)
  })
}

const addBlock = (run: Run, name: string, body: BlockBody): void => {
  const bodies = run.blocks.get(name)
  if (bodies) bodies.push(body)
  else run.blocks.set(name, [body])
}
