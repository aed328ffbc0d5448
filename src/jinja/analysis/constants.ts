import type { Argument, Expression } from '../syntax/ast.ts'

/** A value written out in a template. */
export type Constant = string | number | boolean | null | readonly Constant[]

/** The value of an expression that is written out, also as a list. */
export const constantOf = (node: Expression): Constant | undefined => {
  if (node.kind === 'constant') return node.value
  if (node.kind !== 'list' && node.kind !== 'tuple') return undefined
  return constantsOf(node.items)
}

/** The values of positional arguments, if all of them are written out. */
export const positionalConstants = (args: readonly Argument[]): readonly Constant[] | undefined => {
  const positional = args.filter(arg => arg.kind !== 'keyword')
  if (positional.some(arg => arg.kind !== 'positional')) return undefined
  return constantsOf(positional.map(arg => arg.value))
}

/** The values of the keyword arguments that are written out. */
export const keywordConstants = (args: readonly Argument[]): ReadonlyMap<string, Constant> => {
  const constants = new Map<string, Constant>()
  for (const arg of args) {
    const value = arg.kind === 'keyword' ? constantOf(arg.value) : undefined
    if (arg.kind === 'keyword' && value !== undefined) constants.set(arg.name, value)
  }
  return constants
}

const constantsOf = (nodes: readonly Expression[]): readonly Constant[] | undefined => {
  const constants = nodes.map(constantOf)
  return constants.every(constant => constant !== undefined) ? constants : undefined
}
