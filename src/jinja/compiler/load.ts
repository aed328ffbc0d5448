import { TemplateError } from '../error.ts'
import type { Library } from './compiler.ts'
import type { Program } from './compiler.ts'

/** The template of a name, which must exist. */
export const loadTemplate = (library: Library, name: string): Program => {
  const program = library.load(name)
  if (!program) throw new TemplateError(`there is no template '${name}'`)
  return program
}
