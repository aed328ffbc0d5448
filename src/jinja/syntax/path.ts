import type { Expression } from './ast.ts'

/** A name and the constant attributes and items read from it. */
export interface Path {
  readonly root: Expression & { kind: 'name' }
  readonly steps: readonly string[]
}

/** The path of `a.b[0]['c']`; nothing for anything that is not read from a name by constants. */
export const pathOf = (node: Expression): Path | undefined => {
  if (node.kind === 'name') return { root: node, steps: [] }
  if (node.kind !== 'attribute' && node.kind !== 'item') return undefined
  const path = pathOf(node.object)
  if (!path) return undefined
  if (node.kind === 'attribute') return { ...path, steps: [...path.steps, node.name] }
  if (node.key.kind !== 'constant') return undefined
  return { ...path, steps: [...path.steps, String(node.key.value)] }
}

/** An expression as messages name it; what is not a name, attribute or item is left out: `f(…)[…].x`. */
export const describePath = (node: Expression): string => {
  switch (node.kind) {
    case 'name':
      return node.name
    case 'attribute':
      return `${describePath(node.object)}.${node.name}`
    case 'item': {
      const { key } = node
      const isPlain = key.kind === 'constant'
      const text = isPlain && typeof key.value === 'string' ? `'${key.value}'` : undefined
      return `${describePath(node.object)}[${text ?? (isPlain ? String(key.value) : '…')}]`
    }
    case 'call':
      return `${describePath(node.callee)}(…)`
    default:
      return '(…)'
  }
}
