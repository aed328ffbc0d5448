import type { Source, Whitespace } from '../syntax/source.ts'
import { parseExpression, parseTemplate } from '../syntax/parse.ts'
import type { Evaluate, Library } from './compiler.ts'
import type { Program } from './compiler.ts'
import { SourceCompiler } from './sourcecompiler.ts'

/** Compiles a template; `only` is its expression if it is nothing but one `{{ … }}`. */
export const compileProgram = (
  library: Library,
  source: Source,
  whitespace: Whitespace,
): { readonly program: Program; readonly only: Evaluate | undefined } => {
  const statements = parseTemplate(source, whitespace)
  const compiler = new SourceCompiler(library, source.name)
  const program = { name: source.name, body: compiler.body(statements), blocks: compiler.blocks }
  const [first] = statements
  const isSingle = statements.length === 1 && first?.kind === 'output'
  return { program, only: isSingle ? compiler.expression(first.value) : undefined }
}

/** Compiles a bare expression. */
export const compileExpression = (library: Library, source: Source): Evaluate =>
  new SourceCompiler(library, source.name).expression(parseExpression(source))
