/** A piece of a shell word. */
export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | {
      readonly kind: 'variable'
      readonly name: string
      readonly quoted: boolean
      /** `:-`, `-`, `:+`, `+`, `:=`, `=`, `:?`, `?`; another for what is not read (`%`, `#`). */
      readonly operator: string
      readonly word: Word
    }
  | { readonly kind: 'output'; readonly of: List; readonly quoted: boolean }
  /** Arithmetic and the like. */
  | { readonly kind: 'unknown' }

export type Word = readonly Part[]

export interface Redirect {
  /** `<`, `>`, `>>`, `<>`, `>|`, `<<`. */
  readonly operator: string
  readonly to: Word
}

export interface Assignment {
  readonly name: string
  readonly value: Word
}

export type Command = { readonly redirects: readonly Redirect[] } & (
  | {
      readonly kind: 'simple'
      readonly assignments: readonly Assignment[]
      readonly words: readonly Word[]
    }
  | {
      readonly kind: 'if'
      readonly branches: readonly { readonly test: List; readonly body: List }[]
      readonly otherwise: List
    }
  | {
      readonly kind: 'case'
      readonly subject: Word
      readonly arms: readonly { readonly patterns: readonly Word[]; readonly body: List }[]
    }
  | {
      readonly kind: 'for'
      readonly name: string
      /** Undefined: over the arguments. */
      readonly words: readonly Word[] | undefined
      readonly body: List
    }
  | { readonly kind: 'loop'; readonly test: List; readonly body: List }
  | { readonly kind: 'group'; readonly body: List }
  | { readonly kind: 'subshell'; readonly body: List }
  | { readonly kind: 'function'; readonly name: string; readonly body: Command }
)

export interface Pipeline {
  readonly negated: boolean
  readonly commands: readonly Command[]
}

/** Pipelines joined by `&&` and `||`. */
export interface AndOr {
  readonly first: Pipeline
  readonly rest: readonly { readonly operator: '&&' | '||'; readonly pipeline: Pipeline }[]
}

export type List = readonly AndOr[]

/** Thrown for what is no POSIX shell script, or more than is read here. */
export class Unreadable extends Error {}
