import { analyse, definedWhenTrue, freeVariables, TemplateError } from '../../src/jinja/index.ts'

const names = (source: string, kind: 'template' | 'expression' = 'template'): string[] =>
  freeVariables(source, kind).map(({ name, guarded }) => (guarded ? `${name}?` : name))

test.each([
  { source: '{{ a.b[0].c }} {{ d[e] }}', free: ['a', 'd', 'e'] },
  {
    source: '{% for x in xs if x.y %}{{ x }}{{ loop.index }}{% else %}{{ x }}{% endfor %}',
    free: ['xs', 'x'],
  },
  { source: '{% set a = b %}{{ a }}', free: ['b'] },
  { source: '{{ a }}{% set a = 1 %}', free: ['a'] },
  { source: '{% set x %}{{ y }}{% endset %}{{ x }}', free: ['y'] },
  {
    source: '{% macro m(a, b=c) %}{{ a }}{{ b }}{{ varargs }}{{ g }}{% endmacro %}{{ m(1) }}',
    free: ['c', 'g'],
  },
  { source: '{% call(x) m() %}{{ x }}{% endcall %}', free: ['m'] },
  { source: '{% with a = b %}{{ a }}{% endwith %}{{ a }}', free: ['b', 'a'] },
  {
    source: "{% import 'x' as m %}{% from 'y' import n as o %}{{ m.a }}{{ o }}{{ n }}",
    free: ['n'],
  },
  { source: '{{ range(n) }}{{ lookup(x) }}', free: ['n', 'lookup', 'x'] },
  { source: '{{ a | default(b) }}{{ c.d | d(1) }}', free: ['a?', 'b', 'c?'] },
  { source: '{{ a is defined and a.b }}{{ a }}', free: ['a?', 'a?', 'a'] },
  { source: '{{ a is undefined or a.b }}', free: ['a?', 'a?'] },
  { source: '{{ a.b if a is defined else a }}', free: ['a?', 'a?', 'a'] },
  { source: '{{ a if not (a is undefined) else 1 }}', free: ['a?', 'a?'] },
  {
    source: '{{ a | default(false) and a.x }}{{ a | default(true) and a.x }}',
    free: ['a?', 'a?', 'a?', 'a'],
  },
  {
    source: '{% if a is defined %}{{ a }}{% elif b %}{{ a }}{% else %}{{ b }}{% endif %}',
    free: ['a?', 'a?', 'b', 'a', 'b'],
  },
  {
    source: '{% if a is not defined %}{{ a }}{% else %}{{ a }}{% endif %}',
    free: ['a?', 'a', 'a?'],
  },
  { source: '{% if x %}{% set y = 1 %}{% endif %}{{ y }}', free: ['x'] },
  { source: '{% raw %}{{ a }}{% endraw %}{# {{ b }} #}', free: [] },
  { source: '{% block a %}{{ super() }}{{ self.a() }}{{ q }}{% endblock %}', free: ['q'] },
  { source: '{{ (a | b2).c }}'.replace('b2', 'first'), free: ['a'] },
])('$source reads $free', ({ source, free }) => {
  expect(names(source).sort()).toEqual([...free].sort())
})

test('a use has its path and place, from the origin', () => {
  expect(freeVariables("1 +\n a.b[0]['c'].d", 'expression', { line: 5, column: 9 })).toEqual([
    { name: 'a', path: ['b', '0', 'c', 'd'], line: 6, column: 2, guarded: false },
  ])
  expect(freeVariables('a', 'expression', { line: 5, column: 9 })).toMatchObject([
    { line: 5, column: 9 },
  ])
})

test('the host can say what is known', () => {
  const options = { globals: ['lookup'], defined: ['a'] }
  expect(freeVariables("lookup('x', a)", 'expression', options)).toMatchObject([
    { name: 'a', guarded: true },
  ])
})

test('calls, filters, tests and templates', () => {
  const source =
    "{{ lookup('env', 'HOME', wantlist=True, x=y) }}{{ q(z) }}{{ a | map('upper') | selectattr('b', 'eq', 1) }}" +
    "{% include ['a.j2', 'b.j2'] %}{% extends name %}"
  const { calls, filters, tests, templates } = analyse(source, 'template')
  expect(calls).toEqual([
    {
      name: 'lookup',
      args: ['env', 'HOME'],
      kwargs: new Map([['wantlist', true]]),
      line: 1,
      column: 4,
    },
    { name: 'q', args: undefined, kwargs: new Map(), line: 1, column: 51 },
  ])
  expect(filters.map(({ name }) => name).sort()).toEqual(['map', 'selectattr', 'upper'])
  expect(tests).toEqual([expect.objectContaining({ name: 'eq' })])
  expect(templates.map(({ name, ignoreMissing }) => [name, ignoreMissing])).toEqual([
    ['a.j2', true],
    ['b.j2', true],
    [undefined, false],
  ])
})

test('what a condition proves', () => {
  expect([...definedWhenTrue('a is defined and (b.c is not undefined and x or true)')]).toEqual([
    'a',
  ])
  expect([...definedWhenTrue('not (a is undefined or b is undefined)')]).toEqual(['a', 'b'])
})

test('a source that does not parse raises', () => {
  expect(() => freeVariables('a +', 'expression')).toThrow(TemplateError)
})
