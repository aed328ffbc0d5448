import { fc } from '../property.ts'
import { createEnvironment, TemplateError } from '../../src/jinja/index.ts'
import { evaluate, scopeOf } from './values.ts'

const REACHES = [
  'constructor',
  '__proto__',
  'prototype',
  'call',
  'apply',
  'toString',
  'valueOf',
  'then',
  '__class__',
  'mro',
]
const OBJECTS = [
  "''",
  '1',
  'true',
  '[]',
  '{}',
  'none',
  'range',
  'dict',
  "''.upper",
  '(1,)',
  'namespace()',
  'cycler(1)',
  "('<' | escape)",
  'host',
]

const scope = scopeOf({ host: { a: 1 } })
const environment = createEnvironment()
const cases = OBJECTS.flatMap(object => REACHES.map(name => ({ object, name })))

test.each(cases)('$object has no $name', ({ object, name }) => {
  for (const source of [`${object}.${name}`, `${object}['${name}']`, `${object} | attr('${name}')`])
    expect(environment.expression(`(${source}) is defined`).evaluate(scope)).toBe(false)
})

test('__proto__ and constructor are keys like any other', () => {
  const source = "{'__proto__': 1, 'constructor': 2}"
  expect(evaluate(`${source}['__proto__'] + ${source}.constructor`)).toBe(3)
  expect(evaluate(`dict(__proto__=1).__proto__`)).toBe(1)
  expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted')
})

test.each([
  "{{ '' | attr('constructor') }}",
  "{{ '{0.constructor}'.format('') }}",
  "{{ '%(constructor)s' % {} }}",
  "{{ ''['constructor']('x')() }}",
  "{{ [''] | map(attribute='constructor') | list }}",
])('%s fails', source => {
  expect(() => environment.template(source).render(scope)).toThrow(TemplateError)
})

test('a JavaScript function in a variable cannot be called', () => {
  const variables = scopeOf({ f: () => 'called' })
  expect(() => environment.expression('f()').evaluate(variables)).toThrow('cannot be called')
})

test('whatever the source, the engine answers or raises its own error', () => {
  const pieces = fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    '{#',
    '#}',
    ' if ',
    ' for x in y ',
    ' endif ',
    ' endfor ',
    'a',
    '.',
    '|',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ':',
    ',',
    '1',
    "'s'",
    ' is ',
    ' not ',
    'defined',
    '+',
    '-',
    '~',
    '\n',
    ' set b = 1 ',
    ' raw ',
    ' endraw ',
    'upper',
    '**',
    '\\',
    '"',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 25 }), parts => {
      try {
        environment.template(parts.join('')).render(scope)
      } catch (error) {
        expect(error).toBeInstanceOf(TemplateError)
      }
    }),
    { numRuns: 2000 },
  )
})

test('text without tags is rendered as it is', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      fc.pre(!/\{[{%#]|\r/.test(text))
      expect(environment.template(text).render(scope)).toBe(text)
    }),
  )
})

test('a value written as JSON is read back by an expression', () => {
  fc.assert(
    fc.property(fc.jsonValue(), it => {
      const source = JSON.stringify(it)
      // Python has no null, and these are the numbers that it writes otherwise.
      fc.pre(!/null|e[+-]|-0/.test(source))
      // JSON has no negative zero: it is written as 0.
      expect(evaluate(source)).toEqual(JSON.parse(source))
    }),
  )
})
