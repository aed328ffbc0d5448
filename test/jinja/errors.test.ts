import {
  createEnvironment,
  TemplateError,
  UNDEFINED,
  UndefinedError,
} from '../../src/jinja/index.ts'
import { loaderOf, scopeOf } from './values.ts'

const environment = createEnvironment({
  loader: loaderOf({ bad: 'x\n{{ 1 / 0 }}', unclosed: '{% if x %}', self: "{% include 'self' %}" }),
})
const variables = { d: { colour: 1, inner: {} }, users: [{ name: 'a' }], s: 'text' }
const scope = {
  ...scopeOf(variables),
  suggest: (name: string) => (name === 'user' ? 'did you mean "users"?' : undefined),
}

const errorOf = (source: string): TemplateError => {
  try {
    environment.template(source).render(scope)
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

test.each([
  {
    source: '{{ user }}',
    at: '1:4',
    message: "'user' is undefined",
    hint: 'did you mean "users"?',
  },
  { source: 'a\n  {{ x + 1 }}', at: '2:6', message: "'x' is undefined" },
  { source: '{{ x.y.z }}', at: '1:4', message: "'x' is undefined (in 'x.y.z')" },
  {
    source: '{{ d.color }}',
    at: '1:6',
    message: "'dict' has no attribute 'color'",
    hint: 'did you mean "colour"?',
  },
  {
    source: "{{ d.inner['a'].b }}",
    at: '1:12',
    message: "'dict' has no attribute 'a' (in 'd.inner['a'].b')",
  },
  {
    source: '{{ users[3].name }}',
    at: '1:10',
    message: "'list' has no element 3 (in 'users[3].name')",
  },
  {
    source: '{{ s | uper }}',
    at: '1:8',
    message: "there is no filter 'uper'",
    hint: 'did you mean "upper"?',
  },
  {
    source: '{% if false %}{{ s | uper }}{% endif %}',
    at: '1:22',
    message: "there is no filter 'uper'",
  },
  {
    source: '{{ s is strin }}',
    at: '1:9',
    message: "there is no test 'strin'",
    hint: 'did you mean "string"?',
  },
  { source: "{{ ['a'] | map('uper') | list }}", at: '1:12', message: "there is no filter 'uper'" },
  {
    source: "{{ 'a' + 1 }}",
    at: '1:8',
    message: "'+' is not supported between 'str' and 'int'",
    hint: "'~' joins values of any type as text",
  },
  {
    source: "{{ 1 + ('a' < 1) }}",
    at: '1:13',
    message: "'<' is not supported between 'str' and 'int'",
  },
  { source: '{{ 1 // 0 }}', at: '1:6', message: 'division by zero' },
  {
    source: '{{ 1 + }}',
    at: '1:8',
    message: "expected an expression, found the end of the tag '}}'",
  },
  { source: '{{ (1 }}', at: '1:7', message: "unexpected '}', expected ')'" },
  { source: "{{ 'abc }}", at: '1:4', message: 'the string is not closed' },
  { source: '{{ a ? b }}', at: '1:6', message: "unexpected character '?'" },
  {
    source: '{% fro x in y %}',
    at: '1:4',
    message: "unknown tag 'fro'",
    hint: 'did you mean "for"?',
  },
  {
    source: 'x\n{% if a %}',
    at: '2:4',
    message: "'if' is not closed, expected 'elif' or 'else' or 'endif'",
  },
  {
    source: '{% for x in 5 %}{% endfor %}',
    at: '1:13',
    message: "a value of type 'int' cannot be iterated over",
  },
  {
    source: '{% for a, b in [[1]] %}{% endfor %}',
    at: '1:4',
    message: '1 values cannot be unpacked into 2 names',
  },
  { source: '{% break %}', at: '1:4', message: "'break' outside of a loop" },
  { source: '{{ s() }}', at: '1:5', message: "a value of type 'str' cannot be called" },
  { source: '{{ s | replace }}', at: '1:8', message: "'replace' needs the text to replace" },
  {
    source: '{{ s | indent(widht=2) }}',
    at: '1:8',
    message: "the filter has no parameter 'widht'",
    hint: 'did you mean "width"?',
  },
  { source: "{% include 'nope' %}", at: '1:4', message: "there is no template 'nope'" },
  {
    source: '{% set s.x = 1 %}',
    at: '1:4',
    message: "'s' is no namespace, so its attributes cannot be set",
  },
])('$source fails at $at', ({ source, at, message, hint }) => {
  const error = errorOf(source)
  expect(`${error.line}:${error.column}`).toBe(at)
  expect(error.message).toContain(message)
  if (hint !== undefined) expect(error.hint).toBe(hint)
})

test('positions count from the origin', () => {
  const template = environment.template('ab {{ x }}\n{{ y }}', {
    name: 'main.yml',
    line: 7,
    column: 11,
  })
  const expected = { line: 7, column: 17, template: 'main.yml', variable: 'x' }
  expect(() => template.render(scope)).toThrow(expect.objectContaining(expected) as Error)
  const second = environment.expression('true and\n y', { line: 7, column: 11 })
  expect(() => second.evaluate(scope)).toThrow(
    expect.objectContaining({ line: 8, column: 2 }) as Error,
  )
})

test('an error in another template names it, and its own place', () => {
  expect(errorOf("{% include 'bad' %}")).toMatchObject({ template: 'bad', line: 2, column: 6 })
  expect(errorOf("{% include 'unclosed' %}")).toMatchObject({ template: 'unclosed', line: 1 })
})

test('an undefined value names what is undefined', () => {
  const error = errorOf('{{ d.inner.a.b.c }}')
  expect(error).toBeInstanceOf(UndefinedError)
  expect(error).toMatchObject({ variable: 'd.inner.a' })
})

test('an undefined value raises also inside of a list that is the result', () => {
  const { expression } = { expression: environment.expression('[1, {"a": nope}]') }
  expect(() => expression.evaluate({ lookup: () => UNDEFINED })).toThrow("'nope' is undefined")
})

test.each([
  ['a template that includes itself', "{% include 'self' %}"],
  ['a macro that calls itself', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'],
  ['deep brackets', `{{ ${'['.repeat(5000)} }}`],
  ['a long sum', `{{ ${'1+'.repeat(20_000)}1 }}`],
  ['many signs', `{{ ${'- '.repeat(5000)}1 }}`],
  ['many filters', `{{ 1${'|abs'.repeat(5000)} }}`],
  ['deep tags', '{% if true %}'.repeat(5000)],
  ['a large range', '{{ range(10 ** 9) }}'],
  ['a large string', "{{ 'x' * 10 ** 9 }}"],
  ['a large list', '{{ [1] * 10 ** 9 }}'],
  ['a wide format', "{{ '%999999999d' % 1 }}"],
  ['a wide centre', "{{ 'x' | center(10 ** 9) }}"],
  ['a large indent', "{{ 'x' | indent(10 ** 9, true) }}"],
  [
    'text without end',
    '{% for a in range(10000) %}{% for b in range(10000) %}{{ "x" * 1000 }}{% endfor %}{% endfor %}',
  ],
])('%s ends in a clear error', (_, source) => {
  expect(errorOf(source)).toBeInstanceOf(TemplateError)
})
