import type { Position } from '../error.ts'
import type { Argument, Expression } from '../syntax/ast.ts'
import { pathOf } from '../syntax/path.ts'
import type { CallUse, NamedUse, TemplateUse, VariableUse } from './uses.ts'
import { constantOf, keywordConstants, positionalConstants } from './constants.ts'
import { isDefault, namesDefinedIf } from './guards.ts'
import type { Names } from './scope.ts'

// Filters whose argument at that position names another filter or a test.
const NAMES_FILTER = new Map([['map', 0]])
const NAMES_TEST = new Map([
  ['select', 0],
  ['reject', 0],
  ['selectattr', 1],
  ['rejectattr', 1],
])

type Kind<K extends Expression['kind']> = Extract<Expression, { kind: K }>

const placeOf = ({ line, column }: Position): Position => ({ line, column })

/** Collects what expressions use. */
export class ExpressionAnalyser {
  readonly found = {
    variables: [] as VariableUse[],
    filters: [] as NamedUse[],
    tests: [] as NamedUse[],
    calls: [] as CallUse[],
    templates: [] as TemplateUse[],
  }
  readonly #globals: ReadonlySet<string>

  constructor(globals: Iterable<string>) {
    this.#globals = new Set(globals)
  }

  /** `guarded`: something around the expression takes care of its being undefined. */
  expression(node: Expression, names: Names, guarded = false): void {
    switch (node.kind) {
      case 'constant':
      case 'captured':
        return
      case 'name':
      case 'attribute':
      case 'item':
        this.#reference(node, names, guarded)
        return
      case 'call':
        this.#call(node, names)
        return
      case 'filter':
        this.#filter(node, names)
        return
      case 'test':
        this.found.tests.push({ name: node.name, ...placeOf(node) })
        this.expression(node.input, names, node.name === 'defined' || node.name === 'undefined')
        this.args(node.args, names)
        return
      case 'and':
      case 'or': {
        // The right side is reached only if the left one is true (or false, for `or`).
        this.expression(node.left, names)
        const known = names.knowing(namesDefinedIf(node.left, node.kind === 'and'))
        this.expression(node.right, known, guarded)
        return
      }
      case 'conditional':
        this.expression(node.condition, names)
        this.expression(node.then, names.knowing(namesDefinedIf(node.condition)), guarded)
        if (node.otherwise)
          this.expression(
            node.otherwise,
            names.knowing(namesDefinedIf(node.condition, false)),
            guarded,
          )
        return
      default:
        for (const part of partsOf(node)) this.expression(part, names)
    }
  }

  args(args: readonly Argument[], names: Names): void {
    for (const { value } of args) this.expression(value, names)
  }

  #reference(node: Kind<'name' | 'attribute' | 'item'>, names: Names, guarded: boolean): void {
    const path = pathOf(node)
    if (path) {
      const { name } = path.root
      if (names.isBound(name) || this.#globals.has(name)) return
      const isGuarded = guarded || names.isDefined(name)
      this.found.variables.push({
        name,
        path: path.steps,
        guarded: isGuarded,
        ...placeOf(path.root),
      })
    } else if (node.kind !== 'name') {
      this.expression(node.object, names, guarded)
      if (node.kind === 'item') this.expression(node.key, names)
    }
  }

  #call(node: Kind<'call'>, names: Names): void {
    const { callee, args } = node
    if (callee.kind === 'name' && !names.isBound(callee.name))
      this.found.calls.push({
        name: callee.name,
        args: positionalConstants(args),
        kwargs: keywordConstants(args),
        ...placeOf(callee),
      })
    this.expression(callee, names)
    this.args(args, names)
  }

  #filter(node: Kind<'filter'>, names: Names): void {
    this.found.filters.push({ name: node.name, ...placeOf(node) })
    this.#namedByArgument(node, NAMES_FILTER, this.found.filters)
    this.#namedByArgument(node, NAMES_TEST, this.found.tests)
    this.expression(node.input, names, isDefault(node.name))
    this.args(node.args, names)
  }

  #namedByArgument(
    { name, args }: Kind<'filter'>,
    positions: ReadonlyMap<string, number>,
    found: NamedUse[],
  ): void {
    const arg = args[positions.get(name) ?? args.length]
    const constant = arg?.kind === 'positional' ? constantOf(arg.value) : undefined
    if (arg && typeof constant === 'string') found.push({ name: constant, ...placeOf(arg.value) })
  }
}

const partsOf = (
  node: Kind<
    | 'list'
    | 'tuple'
    | 'concat'
    | 'dict'
    | 'slice'
    | 'not'
    | 'negative'
    | 'positive'
    | 'arithmetic'
    | 'comparison'
  >,
): readonly Expression[] => {
  switch (node.kind) {
    case 'dict':
      return node.entries.flat()
    case 'slice':
      return [node.object, node.start, node.stop, node.step].filter(part => part !== undefined)
    case 'not':
    case 'negative':
    case 'positive':
      return [node.operand]
    case 'arithmetic':
      return [node.left, node.right]
    case 'comparison':
      return [node.first, ...node.rest.map(({ operand }) => operand)]
    default:
      return node.items
  }
}
