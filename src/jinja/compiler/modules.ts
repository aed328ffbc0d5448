import { TemplateError } from '../error.ts'
import { asText } from '../runtime/arguments.ts'
import { Undefined } from '../runtime/undefined.ts'
import { demand, type Scope, TemplateObject, UNDEFINED } from '../runtime/values.ts'
import type { FromImportStatement, Statement } from '../syntax/ast.ts'
import { located, type Compiler, type Execute, type Library } from './compiler.ts'
import { Frame, Run } from './frame.ts'
import { runProgram } from './inheritance.ts'
import { loadTemplate } from './load.ts'
import { Output } from './output.ts'
import type { Program } from './compiler.ts'

type Kind<K extends Statement['kind']> = Extract<Statement, { kind: K }>

/** An imported template: its macros and top-level variables. */
class Module extends TemplateObject {
  override readonly typeName = 'module'
  readonly #exported: ReadonlyMap<string, unknown>

  constructor(exported: ReadonlyMap<string, unknown>) {
    super()
    this.#exported = exported
  }

  override attribute(name: string): unknown {
    // Python's convention: what begins with an underscore is private to the template.
    const isPublic = !name.startsWith('_') && name !== 'self' && name !== 'loop'
    return isPublic && this.#exported.has(name) ? this.#exported.get(name) : UNDEFINED
  }
}

const NO_NAMES: Scope = { lookup: () => UNDEFINED }

/** `{% include %}`. What the included template sets stays in it. */
export const compileInclude = (compiler: Compiler, node: Kind<'include'>): Execute => {
  const value = compiler.expression(node.value)
  return located(compiler, node, (frame: Frame, output: Output) => {
    const program = findTemplate(compiler.library, demand(value(frame)), node.ignoreMissing)
    if (!program) return undefined
    runSeparately(program, frame, node.withContext, output)
    return undefined
  })
}

const findTemplate = (
  library: Library,
  value: unknown,
  ignoreMissing: boolean,
): Program | undefined => {
  const candidates = Array.isArray(value) ? (value as unknown[]) : [value]
  const names = candidates.map(candidate => asText(demand(candidate), 'the name of a template'))
  for (const name of names) {
    const program = library.load(name)
    if (program) return program
  }
  if (ignoreMissing) return undefined
  throw new TemplateError(`there is no template ${names.map(name => `'${name}'`).join(' or ')}`)
}

const runSeparately = (
  program: Program,
  frame: Frame,
  withContext: boolean,
  output: Output,
): Frame => {
  const { context } = frame.run
  const run = new Run(context, withContext ? frame.run.scope : NO_NAMES, frame.run)
  const root = new Frame(run, withContext ? frame : undefined)
  // The loop around an include is not the included template's.
  root.locals.set('loop', new Undefined({ path: 'loop' }))
  frame.run.deeper(() => {
    runProgram(program, root, output)
  })
  return root
}

const importModule = (
  compiler: Compiler,
  frame: Frame,
  name: unknown,
  withContext: boolean,
): Module => {
  const program = loadTemplate(compiler.library, asText(demand(name), 'the name of a template'))
  return new Module(runSeparately(program, frame, withContext, new Output()).locals)
}

/** `{% import %}`. */
export const compileImport = (compiler: Compiler, node: Kind<'import'>): Execute => {
  const value = compiler.expression(node.value)
  return located(compiler, node, (frame: Frame) => {
    frame.locals.set(node.alias, importModule(compiler, frame, value(frame), node.withContext))
    return undefined
  })
}

/** `{% from … import … %}`. */
export const compileFromImport = (compiler: Compiler, node: FromImportStatement): Execute => {
  const value = compiler.expression(node.value)
  return located(compiler, node, (frame: Frame) => {
    const module = importModule(compiler, frame, value(frame), node.withContext)
    for (const { name, alias } of node.names) {
      const imported = module.attribute(name)
      const missing = new Undefined({
        path: alias,
        fact: `the imported template has no '${name}'`,
        at: node,
        template: compiler.template,
      })
      frame.locals.set(alias, imported === UNDEFINED ? missing : imported)
    }
    return undefined
  })
}
