import type { Body, Expression } from './ast.ts'
import { ExpressionParser } from './expressionparser.ts'
import { lexBareExpression, lexTemplate } from './lexer.ts'
import { StatementParser } from './statementparser.ts'
import type { Source, Whitespace } from './source.ts'
import { describeToken } from './token.ts'
import { TokenStream } from './tokenstream.ts'

/** The statements of a template. */
export const parseTemplate = (source: Source, whitespace: Whitespace): Body =>
  new StatementParser(new TokenStream(source, lexTemplate(source, whitespace))).template()

/** A bare expression, such as a `when:`. */
export const parseExpression = (source: Source): Expression => {
  const stream = new TokenStream(source, lexBareExpression(source))
  const expression = new ExpressionParser(stream).tuple()
  if (!stream.is('eof'))
    stream.fail(`unexpected ${describeToken(stream.current)} behind the expression`)
  return expression
}
