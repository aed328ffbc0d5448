import type { Position } from '../error.ts'
import type { Statement } from './ast.ts'
import type { Parser } from './parser.ts'

/** `{% include 'x' ignore missing without context %}`. */
export const parseInclude = (parser: Parser, at: Position): Statement => {
  const { stream, expressions } = parser
  const value = expressions.expression()
  const ignoreMissing = stream.isWords('ignore', 'missing')
  if (ignoreMissing) skipTwo(parser)
  const withContext = parseContext(parser, true)
  stream.expect('end')
  return { kind: 'include', value, ignoreMissing, withContext, ...at }
}

/** `{% import 'x' as y with context %}`. */
export const parseImport = (parser: Parser, at: Position): Statement => {
  const { stream, expressions } = parser
  const value = expressions.expression()
  stream.expect('name', 'as')
  const alias = stream.expect('name').value
  const withContext = parseContext(parser, false)
  stream.expect('end')
  return { kind: 'import', value, alias, withContext, ...at }
}

/** `{% from 'x' import y, z as w %}`. */
export const parseFromImport = (parser: Parser, at: Position): Statement => {
  const { stream, expressions } = parser
  const value = expressions.expression()
  stream.expect('name', 'import')
  const names: { name: string; alias: string }[] = []
  while (!stream.is('end') && !contextFollows(parser)) {
    const name = stream.expect('name').value
    const alias = stream.skip('name', 'as') ? stream.expect('name').value : name
    names.push({ name, alias })
    if (!stream.skip('operator', ',')) break
  }
  const withContext = parseContext(parser, false)
  stream.expect('end')
  return { kind: 'fromImport', value, names, withContext, ...at }
}

const contextFollows = ({ stream }: Parser): boolean =>
  stream.isWords('with', 'context') || stream.isWords('without', 'context')

const parseContext = (parser: Parser, otherwise: boolean): boolean => {
  if (!contextFollows(parser)) return otherwise
  const withContext = parser.stream.isWord('with')
  skipTwo(parser)
  return withContext
}

const skipTwo = ({ stream }: Parser): void => {
  stream.take()
  stream.take()
}
