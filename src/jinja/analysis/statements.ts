import type { Body, Expression, ForStatement, Parameter, Statement } from '../syntax/ast.ts'
import { constantOf } from './constants.ts'
import { ExpressionAnalyser } from './expressions.ts'
import { namesDefinedIf } from './guards.ts'
import type { Names } from './scope.ts'

type Kind<K extends Statement['kind']> = Extract<Statement, { kind: K }>

/** Collects what templates use. */
export class StatementAnalyser extends ExpressionAnalyser {
  body(statements: Body, names: Names): void {
    for (const statement of statements) this.#statement(statement, names)
  }

  #statement(node: Statement, names: Names): void {
    switch (node.kind) {
      case 'text':
      case 'break':
      case 'continue':
        return
      case 'output':
      case 'do':
        this.expression(node.value, names)
        return
      case 'if':
        this.#if(node, names)
        return
      case 'for':
        this.#for(node, names)
        return
      case 'set':
        this.expression(node.value, names)
        names.bind(node.target)
        return
      case 'with':
        this.#with(node, names)
        return
      case 'block':
        this.body(node.body, names.inner('super', 'self'))
        return
      default:
        this.#definition(node, names)
    }
  }

  #definition(
    node: Exclude<
      Statement,
      Kind<
        'text' | 'break' | 'continue' | 'output' | 'do' | 'if' | 'for' | 'set' | 'with' | 'block'
      >
    >,
    names: Names,
  ): void {
    switch (node.kind) {
      case 'setBlock':
        this.body(node.body, names.inner())
        if (node.filters) this.expression(node.filters, names)
        names.bind(node.target)
        return
      case 'filterBlock':
        this.body(node.body, names.inner())
        this.expression(node.filters, names)
        return
      case 'macro':
        names.bindName(node.name)
        this.#callable(node.parameters, node.body, names.inner('varargs', 'kwargs', 'caller'))
        return
      case 'callBlock':
        this.expression(node.call, names)
        this.#callable(node.parameters, node.body, names.inner())
        return
      case 'extends':
        this.#template(node.value, false, names)
        return
      case 'include':
        this.#template(node.value, node.ignoreMissing, names)
        return
      case 'import':
        this.#template(node.value, false, names)
        names.bindName(node.alias)
        return
      case 'fromImport':
        this.#template(node.value, false, names)
        for (const { alias } of node.names) names.bindName(alias)
        return
    }
  }

  #if(node: Kind<'if'>, names: Names): void {
    let reached = names
    for (const { condition, body } of node.branches) {
      this.expression(condition, reached)
      this.body(body, reached.knowing(namesDefinedIf(condition)))
      reached = reached.knowing(namesDefinedIf(condition, false))
    }
    this.body(node.otherwise, reached)
  }

  #for(node: ForStatement, names: Names): void {
    this.expression(node.iterable, names)
    const inner = names.inner('loop')
    inner.bind(node.target)
    if (node.condition) this.expression(node.condition, inner)
    const known = node.condition ? namesDefinedIf(node.condition) : new Set<string>()
    this.body(node.body, inner.knowing(known))
    this.body(node.otherwise, names)
  }

  #with(node: Kind<'with'>, names: Names): void {
    const inner = names.inner()
    for (const { target, value } of node.bindings) {
      this.expression(value, names)
      inner.bind(target)
    }
    this.body(node.body, inner)
  }

  #callable(parameters: readonly Parameter[], body: Body, names: Names): void {
    for (const { name, fallback } of parameters) {
      if (fallback) this.expression(fallback, names)
      names.bindName(name)
    }
    this.body(body, names)
  }

  #template(value: Expression, ignoreMissing: boolean, names: Names): void {
    this.expression(value, names)
    const constant = constantOf(value)
    const candidates = Array.isArray(constant) ? constant : [constant]
    // Of several candidates only one need exist.
    const mayBeMissing = ignoreMissing || candidates.length > 1
    const { line, column } = value
    for (const name of candidates)
      this.found.templates.push({
        name: typeof name === 'string' ? name : undefined,
        ignoreMissing: mayBeMissing,
        line,
        column,
      })
  }
}
