import { didYouMean, type Position } from '../error.ts'
import type { Body, Branch, Statement } from './ast.ts'
import { ExpressionParser } from './expressionparser.ts'
import { parseCallBlock, parseMacro, parseSet, parseTarget, parseWith } from './bindings.ts'
import { parseFromImport, parseImport, parseInclude } from './references.ts'
import type { Parser } from './parser.ts'
import type { Token } from './token.ts'
import type { TokenStream } from './tokenstream.ts'

type Rule = (parser: Parser, at: Position) => Statement

/** Reads templates: text, outputs and tags. */
export class StatementParser implements Parser {
  readonly stream: TokenStream
  readonly expressions: ExpressionParser
  loops = 0
  readonly #open: Token[] = []
  readonly #awaited: (readonly string[])[] = []

  constructor(stream: TokenStream) {
    this.stream = stream
    this.expressions = new ExpressionParser(stream)
  }

  template(): Body {
    return this.#statements([])
  }

  body(...endings: string[]): Body {
    this.stream.expect('end')
    this.#awaited.push(endings)
    const body = this.stream.nested(() => this.#statements(endings))
    this.#awaited.pop()
    return body
  }

  bodyUntil(ending: string, name?: string): Body {
    const body = this.body(ending)
    this.stream.take()
    // `{% endblock name %}` may repeat the name.
    if (name !== undefined) this.stream.skip('name', name)
    this.stream.expect('end')
    return body
  }

  #statements(endings: readonly string[]): Body {
    const statements: Statement[] = []
    for (;;) {
      const { current, position } = this.stream
      if (current.kind === 'eof') {
        if (endings.length === 0) return statements
        const wanted = endings.map(ending => `'${ending}'`).join(' or ')
        const opened = this.#open.at(-1) ?? current
        return this.stream.fail(`'${opened.value}' is not closed, expected ${wanted}`, opened)
      }
      this.stream.take()
      if (current.kind === 'text') {
        statements.push({ kind: 'text', text: current.value, ...position })
      } else if (current.kind === 'beginOutput') {
        const value = this.expressions.tuple()
        this.stream.expect('end')
        statements.push({ kind: 'output', value, ...position })
      } else {
        if (this.stream.isWord(...endings) && endings.length > 0) return statements
        statements.push(this.#tag())
      }
    }
  }

  #tag(): Statement {
    const { position, current } = this.stream
    const word = this.stream.expect('name').value
    const rule = RULES.get(word)
    if (rule) {
      this.#open.push(current)
      const statement = rule(this, position)
      this.#open.pop()
      return statement
    }
    const endings = this.#awaited.at(-1) ?? []
    const wanted = endings.map(ending => `'${ending}'`).join(' or ')
    const hint = wanted ? `the innermost open block waits for ${wanted}` : undefined
    return this.stream.fail(
      `unknown tag '${word}'`,
      current,
      didYouMean(word, [...endings, ...RULES.keys()]) ?? hint,
    )
  }
}

const parseIf: Rule = (parser, at) => {
  const { stream, expressions } = parser
  const branches: Branch[] = []
  do {
    const condition = expressions.tuple(false)
    branches.push({ condition, body: parser.body('elif', 'else', 'endif') })
  } while (stream.skip('name', 'elif'))
  const otherwise = stream.skip('name', 'else') ? parser.body('endif') : []
  stream.expect('name', 'endif')
  stream.expect('end')
  return { kind: 'if', branches, otherwise, ...at }
}

const parseFor: Rule = (parser, at) => {
  const { stream, expressions } = parser
  const target = parseTarget(parser)
  stream.expect('name', 'in')
  const iterable = expressions.tuple(false)
  const condition = stream.skip('name', 'if') ? expressions.expression() : undefined
  const recursive = stream.skip('name', 'recursive')
  parser.loops += 1
  const body = parser.body('else', 'endfor')
  parser.loops -= 1
  const otherwise = stream.skip('name', 'else') ? parser.body('endfor') : []
  stream.expect('name', 'endfor')
  stream.expect('end')
  return { kind: 'for', target, iterable, condition, recursive, body, otherwise, ...at }
}

const parseFilterBlock: Rule = (parser, at) => {
  const { expressions } = parser
  const first = expressions.filter({ kind: 'captured', ...at })
  const filters = expressions.filtersAndTests(first)
  return { kind: 'filterBlock', filters, body: parser.bodyUntil('endfilter'), ...at }
}

const parseBlock: Rule = (parser, at) => {
  const { stream } = parser
  const name = stream.expect('name').value
  const scoped = stream.skip('name', 'scoped')
  const required = stream.skip('name', 'required')
  const body = parser.bodyUntil('endblock', name)
  return {
    kind: 'block',
    name,
    scoped: scoped || stream.skip('name', 'scoped'),
    required,
    body,
    ...at,
  }
}

const valueRule =
  (kind: 'do' | 'extends' | 'output'): Rule =>
  (parser, at) => {
    const value = parser.expressions.tuple()
    parser.stream.expect('end')
    return { kind, value, ...at }
  }

const bareRule =
  (kind: 'break' | 'continue'): Rule =>
  (parser, at) => {
    if (parser.loops === 0)
      parser.stream.fail(`'${kind}' outside of a loop`, parser.stream.previous)
    parser.stream.expect('end')
    return { kind, ...at }
  }

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['if', parseIf],
  ['for', parseFor],
  ['set', parseSet],
  ['with', parseWith],
  ['macro', parseMacro],
  ['call', parseCallBlock],
  ['filter', parseFilterBlock],
  ['block', parseBlock],
  ['include', parseInclude],
  ['import', parseImport],
  ['from', parseFromImport],
  ['do', valueRule('do')],
  ['print', valueRule('output')],
  ['extends', valueRule('extends')],
  ['break', bareRule('break')],
  ['continue', bareRule('continue')],
])
