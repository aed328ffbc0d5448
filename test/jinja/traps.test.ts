import {
  createEnvironment,
  type Scope,
  Trap,
  UNDEFINED,
  Undefined,
  filterWith,
} from '../../src/jinja/index.ts'
import { evaluate, render, scopeOf } from './values.ts'

describe('what is easily got wrong', () => {
  test.each([
    { case: 'filters bind tighter than arithmetic', source: "'12' | int + 1", value: 13 },
    { case: 'minus binds tighter than power', source: '-2 ** 2', value: 4 },
    { case: 'power groups to the left', source: '2 ** 3 ** 2', value: 64 },
    { case: '// floors', source: '-7 // 2', value: -4 },
    { case: '% floors', source: '-7 % 3', value: 2 },
    { case: 'an unknown escape keeps its backslash', source: "'\\.'", value: '\\.' },
    { case: 'a tuple is no list', source: '(1, 2) == [1, 2]', value: false },
    {
      case: 'a test without parentheses takes one argument',
      source: '6 is divisibleby 3 and true',
      value: true,
    },
    {
      case: 'an undefined default falls through to the next',
      source: "a | default(b) | default('c')",
      value: 'c',
    },
    { case: 'in needs equality, not identity', source: '{"a": [1]} in [{"a": [1]}]', value: true },
    {
      case: 'hexadecimal, binary, octal and grouped digits',
      source: '0x1F + 0b11 + 0o17 + 1_000',
      value: 1049,
    },
  ])('$case', ({ source, value }) => {
    expect(evaluate(source)).toEqual(value)
  })

  test('d.items is the method, d["items"] the entry', () => {
    const variables = { d: { items: 'mine' } }
    expect(evaluate("d['items']", variables)).toBe('mine')
    expect(evaluate('d.items() | list', variables)).toEqual([['items', 'mine']])
  })

  test('an entry that is none is there', () => {
    expect(evaluate("d.a is defined and d['a'] is none", { d: { a: null } })).toBe(true)
  })

  test('dictionaries keep their order and the types of their keys', () => {
    expect(render("{{ {2: 'b', 1: 'a', '1': 'c', none: 'd'} }}")).toBe(
      "{2: 'b', 1: 'a', '1': 'c', None: 'd'}",
    )
  })

  test('trim_blocks applies to comments', () => {
    expect(render('{# c #}\nx')).toBe('x')
  })

  test('finalize says how none is printed, and leaves a native value alone', () => {
    const environment = createEnvironment({ finalize: value => value ?? '' })
    expect(environment.template('x{{ none }}y').render(scopeOf())).toBe('xy')
    expect(environment.template('{{ none }}').evaluate(scopeOf())).toBeNull()
  })

  test.each([
    { source: '{{ a }}{{ a }}', value: '11', single: false },
    { source: ' {{ a }}', value: ' 1', single: false },
    { source: '{{ a }}', value: 1, single: true },
    { source: '{% if true %}{{ a }}{% endif %}', value: '1', single: false },
    { source: 'text', value: 'text', single: false },
  ])('evaluate($source) is $value', ({ source, value, single }) => {
    const template = createEnvironment().template(source)
    expect(template.evaluate(scopeOf({ a: 1 }))).toBe(value)
    expect(template.isSingleExpression).toBe(single)
  })

  test('markup is a string for the host', () => {
    expect(evaluate('[1] | tojson')).toBe('[1]')
    expect(evaluate("['<' | escape]")).toEqual(['&lt;'])
  })
})

describe('a trap', () => {
  class Uncertain extends Error {}
  const trap = new Trap(() => {
    throw new Uncertain('not known yet')
  })
  const scope: Scope = {
    lookup: name => {
      if (name === 'broken') throw new Uncertain('broken')
      if (name === 'trap') return trap
      if (name === 'list') return [trap]
      return name === 'result' ? new Map<string, unknown>([['rc', trap]]) : UNDEFINED
    },
  }
  const run = (source: string): unknown => createEnvironment().expression(source).evaluate(scope)

  test.each([
    'trap',
    'trap.x',
    'result.rc',
    "result['rc'] == 0",
    'trap | default(1)',
    'trap or true',
    'not trap',
    'trap.x is defined',
    'result | tojson',
    'result | string',
    'list | first',
    'list | join',
    '[1] + list | sort',
    'result.values() | map("string") | list',
    '[result] | map(attribute="rc") | list',
    'broken | default(1)',
    'broken is defined',
    'broken or true',
  ])('springs at %s', source => {
    expect(() => run(source)).toThrow(Uncertain)
  })

  test.each([
    { source: 'trap is defined', value: true },
    { source: 'result.rc is defined', value: true },
    { source: "result['rc'] is undefined", value: false },
    { source: 'false and trap', value: false },
    { source: 'true or trap', value: true },
    { source: '1 if true else trap', value: 1 },
    { source: 'result.stdout is defined', value: false },
  ])('stays quiet at $source', ({ source, value }) => {
    expect(run(source)).toBe(value)
  })

  test('springs when it is printed by a template', () => {
    expect(() => createEnvironment().template('a {{ result.rc }}').render(scope)).toThrow(Uncertain)
  })
})

describe('what the host throws and gives', () => {
  class HostError extends Error {}
  const fail = (): never => {
    throw new HostError('host')
  }
  const environment = createEnvironment({
    filters: {
      failing: fail,
      upper: filterWith('', () => 'replaced'),
      scoped: (_value, _args, _kwargs, context) => context.scope.lookup('x'),
      lenient: filterWith('', value => value instanceof Undefined, { acceptsUndefined: true }),
      plain: filterWith('', value => value),
    },
    globals: { failing: fail },
  })

  test.each(['failing() | default(1)', 'failing() is defined', '1 | failing', 'failing() or 1'])(
    'passes unchanged through %s',
    source => {
      expect(() => environment.expression(source).evaluate(scopeOf())).toThrow(HostError)
    },
  )

  test('filters of the host replace builtins, see the scope, and may take what is undefined', () => {
    const scope = scopeOf({ x: 5 })
    expect(environment.expression("'a' | upper").evaluate(scope)).toBe('replaced')
    expect(environment.expression('1 | scoped').evaluate(scope)).toBe(5)
    expect(environment.expression('nope | lenient').evaluate(scope)).toBe(true)
    expect(() => environment.expression('nope | plain').evaluate(scope)).toThrow(
      "'nope' is undefined",
    )
  })

  test('an imported macro does not see the names around it, but its filters see the scope', () => {
    const macros = {
      name: 'm',
      source: '{% macro m() %}{{ 1 | scoped }} {{ x is defined }}{% endmacro %}',
    }
    const importing = createEnvironment({
      filters: { scoped: (_value, _args, _kwargs, context) => context.scope.lookup('x') },
      loader: () => macros,
    })
    const template = importing.template("{% import 'm' as m %}{{ m.m() }}")
    expect(template.render(scopeOf({ x: 5 }))).toBe('5 False')
  })

  test('objects of the host pass through unchanged, are true, and print only if they can', () => {
    class Opaque {
      readonly #inner = 'secret'
      read(): string {
        return this.#inner
      }
    }
    class Printable {
      toString(): string {
        return 'printed'
      }
    }
    const secret = new Opaque()
    const scope = scopeOf({ secret, printable: new Printable() })
    expect(environment.template('{{ secret }}').evaluate(scope)).toBe(secret)
    expect(environment.expression('secret | plain').evaluate(scope)).toBe(secret)
    expect(environment.expression('secret').truthy(scope)).toBe(true)
    expect(() => environment.template('a{{ secret }}').render(scope)).toThrow('cannot be printed')
    expect(() => environment.expression('secret.read()').evaluate(scope)).toThrow(
      "no attribute 'read'",
    )
    expect(environment.template('a {{ printable }}').render(scope)).toBe('a printed')
  })

  test('a lazy dictionary is read by keys, has and get alone', () => {
    class Lazy extends Map<string, unknown> {
      override get(key: string): unknown {
        return key === 'a' ? 'computed' : undefined
      }
      override has(key: string): boolean {
        return key === 'a'
      }
      override keys(): MapIterator<string> {
        return ['a'].values()
      }
    }
    const scope = scopeOf({ lazy: new Lazy() })
    const value = environment.template(
      "{{ lazy.a }} {{ lazy }} {{ lazy | length }} {{ 'a' in lazy }}",
    )
    expect(value.render(scope)).toBe("computed {'a': 'computed'} 1 True")
    expect(environment.expression('lazy').truthy(scope)).toBe(true)
    expect(environment.expression('lazy.items() | list').evaluate(scope)).toEqual([
      ['a', 'computed'],
    ])
  })
})
