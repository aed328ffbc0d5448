import type { Evaluate } from './compiler/compiler.ts'
import { Frame, Run } from './compiler/frame.ts'
import { runProgram } from './compiler/inheritance.ts'
import { Output } from './compiler/output.ts'
import type { Program } from './compiler/compiler.ts'
import { isTruthy } from './runtime/compare.ts'
import { finish } from './runtime/finish.ts'
import type { Context, Scope } from './runtime/values.ts'
import { guardStack } from './stack.ts'

type MakeContext = (scope: Scope) => Context

/** A compiled template. */
export class Template {
  readonly #program: Program
  readonly #only: Evaluate | undefined
  readonly #context: MakeContext

  constructor(program: Program, only: Evaluate | undefined, context: MakeContext) {
    this.#program = program
    this.#only = only
    this.#context = context
  }

  /** Whether the template is exactly one `{{ expression }}`, with no text around it. */
  get isSingleExpression(): boolean {
    return this.#only !== undefined
  }

  /** The rendered text. */
  render(scope: Scope): string {
    const output = new Output()
    guardStack(() => {
      runProgram(this.#program, newFrame(this.#context(scope)), output)
    })
    return output.toString()
  }

  /** The native value of a single expression; the rendered text of any other template. */
  evaluate(scope: Scope): unknown {
    const only = this.#only
    return only ? evaluateAlone(only, this.#context(scope)) : this.render(scope)
  }
}

/** A compiled expression. */
export class Expression {
  readonly #evaluate: Evaluate
  readonly #context: MakeContext

  constructor(evaluate: Evaluate, context: MakeContext) {
    this.#evaluate = evaluate
    this.#context = context
  }

  /** The native value. An undefined value raises, also inside a list or dictionary. */
  evaluate(scope: Scope): unknown {
    return evaluateAlone(this.#evaluate, this.#context(scope))
  }

  /** Python's truth of the value. */
  truthy(scope: Scope): boolean {
    return guardStack(() => isTruthy(this.#evaluate(newFrame(this.#context(scope)))))
  }
}

const newFrame = (context: Context): Frame => new Frame(new Run(context, context.scope))

const evaluateAlone = (evaluate: Evaluate, context: Context): unknown =>
  guardStack(() => finish(evaluate(newFrame(context))))
