import type { Body } from './ast.ts'
import type { ExpressionParser } from './expressionparser.ts'
import type { TokenStream } from './tokenstream.ts'

/** What the rule of a tag reads with. */
export interface Parser {
  readonly stream: TokenStream
  readonly expressions: ExpressionParser
  /** How many loops are around the tag that is being read. */
  loops: number
  /** The rest of a tag, then statements up to one of the `endings`, whose word comes next. */
  body(...endings: string[]): Body
  /** A body that has one possible ending, and that ending's tag; the tag may repeat `name`. */
  bodyUntil(ending: string, name?: string): Body
}
