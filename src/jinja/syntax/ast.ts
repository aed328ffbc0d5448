import type { Position } from '../error.ts'

/** One argument of a call, a filter or a test. */
export type Argument =
  | { readonly kind: 'positional' | 'spread' | 'spreadKeywords'; readonly value: Expression }
  | { readonly kind: 'keyword'; readonly name: string; readonly value: Expression }

/** The operators of arithmetic. */
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**'

/** The operators of comparison. */
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in'

/** An expression; its position is that of the word or operator that names it. */
export type Expression = Position &
  (
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'constant'; readonly value: string | number | boolean | null }
    | { readonly kind: 'list' | 'tuple' | 'concat'; readonly items: readonly Expression[] }
    | { readonly kind: 'dict'; readonly entries: readonly (readonly [Expression, Expression])[] }
    | { readonly kind: 'attribute'; readonly object: Expression; readonly name: string }
    | { readonly kind: 'item'; readonly object: Expression; readonly key: Expression }
    | SliceExpression
    | CallExpression
    | {
        readonly kind: 'filter'
        readonly input: Expression
        readonly name: string
        readonly args: readonly Argument[]
      }
    | {
        readonly kind: 'test'
        readonly input: Expression
        readonly name: string
        readonly args: readonly Argument[]
        readonly negated: boolean
      }
    /** The text that a `{% filter %}` block or a filtered `{% set %}` block gives its filters. */
    | { readonly kind: 'captured' }
    | { readonly kind: 'not' | 'negative' | 'positive'; readonly operand: Expression }
    | {
        readonly kind: 'arithmetic'
        readonly operator: ArithmeticOperator
        readonly left: Expression
        readonly right: Expression
      }
    | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
    | {
        readonly kind: 'comparison'
        readonly first: Expression
        readonly rest: readonly Comparand[]
      }
    | {
        readonly kind: 'conditional'
        readonly condition: Expression
        readonly then: Expression
        readonly otherwise: Expression | undefined
      }
  )

/** `object[start:stop:step]`. */
export interface SliceExpression extends Position {
  readonly kind: 'slice'
  readonly object: Expression
  readonly start: Expression | undefined
  readonly stop: Expression | undefined
  readonly step: Expression | undefined
}

/** `callee(args)`. */
export interface CallExpression extends Position {
  readonly kind: 'call'
  readonly callee: Expression
  readonly args: readonly Argument[]
}

/** One step of `a < b <= c`. */
export interface Comparand {
  readonly operator: ComparisonOperator
  readonly operand: Expression
}

/** What `set`, `for` and `with` assign to. */
export type Target =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'attribute'; readonly name: string; readonly attribute: string }
  | { readonly kind: 'unpack'; readonly targets: readonly Target[] }

/** A parameter of a macro. */
export interface Parameter {
  readonly name: string
  readonly fallback: Expression | undefined
}

/** Statements in order. */
export type Body = readonly Statement[]

/** A piece of a template. */
export type Statement = Position &
  (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'output' | 'do' | 'extends'; readonly value: Expression }
    | { readonly kind: 'break' | 'continue' }
    | { readonly kind: 'if'; readonly branches: readonly Branch[]; readonly otherwise: Body }
    | ForStatement
    | { readonly kind: 'set'; readonly target: Target; readonly value: Expression }
    | SetBlockStatement
    | MacroStatement
    | CallBlockStatement
    | { readonly kind: 'filterBlock'; readonly filters: Expression; readonly body: Body }
    | {
        readonly kind: 'include'
        readonly value: Expression
        readonly ignoreMissing: boolean
        readonly withContext: boolean
      }
    | {
        readonly kind: 'import'
        readonly value: Expression
        readonly alias: string
        readonly withContext: boolean
      }
    | FromImportStatement
    | BlockStatement
    | { readonly kind: 'with'; readonly bindings: readonly Binding[]; readonly body: Body }
  )

/** `{% if %}` or `{% elif %}`. */
export interface Branch {
  readonly condition: Expression
  readonly body: Body
}

/** One `name = value` of a `{% with %}`. */
export interface Binding {
  readonly target: Target
  readonly value: Expression
}

/** `{% for %}`. */
export interface ForStatement extends Position {
  readonly kind: 'for'
  readonly target: Target
  readonly iterable: Expression
  readonly condition: Expression | undefined
  readonly recursive: boolean
  readonly body: Body
  readonly otherwise: Body
}

/** `{% set x %}…{% endset %}`. */
export interface SetBlockStatement extends Position {
  readonly kind: 'setBlock'
  readonly target: Target
  readonly filters: Expression | undefined
  readonly body: Body
}

/** `{% macro %}`. */
export interface MacroStatement extends Position {
  readonly kind: 'macro'
  readonly name: string
  readonly parameters: readonly Parameter[]
  readonly body: Body
}

/** `{% call %}`. */
export interface CallBlockStatement extends Position {
  readonly kind: 'callBlock'
  readonly call: CallExpression
  readonly parameters: readonly Parameter[]
  readonly body: Body
}

/** `{% from x import y as z %}`. */
export interface FromImportStatement extends Position {
  readonly kind: 'fromImport'
  readonly value: Expression
  readonly names: readonly { readonly name: string; readonly alias: string }[]
  readonly withContext: boolean
}

/** `{% block %}`. */
export interface BlockStatement extends Position {
  readonly kind: 'block'
  readonly name: string
  readonly scoped: boolean
  readonly required: boolean
  readonly body: Body
}
