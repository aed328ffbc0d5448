import type { Argument, Expression } from '../syntax/ast.ts'
import { pathOf } from '../syntax/path.ts'

/** The names that must exist if the condition is true (or, for `outcome` false, if it is false). */
export const namesDefinedIf = (condition: Expression, outcome = true): Set<string> => {
  const names = new Set<string>()
  collect(condition, outcome, names)
  return names
}

const collect = (node: Expression, outcome: boolean, names: Set<string>): void => {
  switch (node.kind) {
    case 'test': {
      const holds = outcome !== node.negated
      if (node.name === (holds ? 'defined' : 'undefined')) addRoot(node.input, names)
      return
    }
    case 'filter':
      // `x | default(false)` is true only for an x that exists.
      if (outcome && isDefault(node.name) && givesFalsy(node.args)) addRoot(node.input, names)
      return
    case 'not':
      collect(node.operand, !outcome, names)
      return
    case 'and':
    case 'or': {
      // `a and b` is true only if both are; `a or b` is false only if both are.
      if ((node.kind === 'and') !== outcome) return
      collect(node.left, outcome, names)
      collect(node.right, outcome, names)
      return
    }
    default:
  }
}

/** Whether a filter gives a value to what has none. */
export const isDefault = (filter: string): boolean => filter === 'default' || filter === 'd'

const givesFalsy = ([first]: readonly Argument[]): boolean =>
  first === undefined ||
  (first.kind === 'positional' && first.value.kind === 'constant' && !first.value.value) ||
  (first.kind === 'positional' && first.value.kind === 'list' && first.value.items.length === 0) ||
  (first.kind === 'positional' && first.value.kind === 'dict' && first.value.entries.length === 0)

const addRoot = (node: Expression, names: Set<string>): void => {
  const path = pathOf(node)
  if (path) names.add(path.root.name)
}
