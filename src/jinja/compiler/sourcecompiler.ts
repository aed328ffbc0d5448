import { TemplateError } from '../error.ts'
import { release } from '../runtime/values.ts'
import type { Argument, Body, Expression, Statement } from '../syntax/ast.ts'
import { compileAttribute, compileItem, compileName, compileSlice } from './access.ts'
import { compileArguments, compileCall, compileFilter, compileTest } from './calls.ts'
import type { Compiler, Evaluate, EvaluateArguments, Execute, Library } from './compiler.ts'
import type { BlockBody } from './frame.ts'
import {
  compileArithmetic,
  compileComparison,
  compileConcat,
  compileConditional,
  compileDict,
  compileItems,
  compileLogic,
  compileSign,
} from './operators.ts'
import { compileStatement } from './statements.ts'

// The closures of an expression call each other as deep as it is nested; a long chain of
// operators counts as nesting too.
const MAX_NESTING = 500

/** Turns one source's syntax tree into closures. */
export class SourceCompiler implements Compiler {
  readonly library: Library
  readonly template: string | undefined
  readonly blocks = new Map<string, BlockBody>()
  #nesting = 0

  constructor(library: Library, template: string | undefined) {
    this.library = library
    this.template = template
  }

  expression(node: Expression): Evaluate {
    const evaluate = this.reference(node)
    if (node.kind !== 'name' && node.kind !== 'attribute' && node.kind !== 'item') return evaluate
    return frame => release(evaluate(frame))
  }

  reference(node: Expression): Evaluate {
    this.#nesting += 1
    if (this.#nesting > MAX_NESTING)
      throw new TemplateError('the expression is nested too deeply, or too long', {
        at: node,
        template: this.template,
      })
    const evaluate = this.#compile(node)
    this.#nesting -= 1
    return evaluate
  }

  args(nodes: readonly Argument[], acceptsUndefined: boolean): EvaluateArguments {
    return compileArguments(this, nodes, acceptsUndefined)
  }

  body(statements: Body): Execute {
    const compiled = statements.map(statement => this.statement(statement))
    const [only] = compiled
    if (compiled.length === 1 && only) return only
    return (frame, output) => {
      for (const execute of compiled) {
        const signal = execute(frame, output)
        if (signal) return signal
      }
      return undefined
    }
  }

  statement(node: Statement): Execute {
    return compileStatement(this, node)
  }

  #compile(node: Expression): Evaluate {
    switch (node.kind) {
      case 'name':
        return compileName(this, node)
      case 'constant': {
        const { value } = node
        return () => value
      }
      case 'captured':
        return frame => frame.captured
      case 'list':
      case 'tuple':
        return compileItems(this, node)
      case 'concat':
        return compileConcat(this, node)
      case 'dict':
        return compileDict(this, node)
      case 'attribute':
        return compileAttribute(this, node)
      case 'item':
        return compileItem(this, node)
      case 'slice':
        return compileSlice(this, node)
      case 'call':
        return compileCall(this, node)
      case 'filter':
        return compileFilter(this, node)
      case 'test':
        return compileTest(this, node)
      case 'not':
      case 'negative':
      case 'positive':
        return compileSign(this, node)
      case 'arithmetic':
        return compileArithmetic(this, node)
      case 'comparison':
        return compileComparison(this, node)
      case 'and':
      case 'or':
        return compileLogic(this, node)
      case 'conditional':
        return compileConditional(this, node)
    }
  }
}
