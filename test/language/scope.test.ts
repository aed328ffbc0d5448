import { formatError, UserError } from '../../src/core/error.ts'
import { Trap } from '../../src/jinja/index.ts'
import type { Condition } from '../../src/language/play.ts'
import { OMIT } from '../../src/language/value.ts'
import { keywords, layer, plain, raw, world } from './world.ts'

const at = { file: 'task.yml', line: 7, column: 11 }
const condition = (source: string): Condition => ({ source, at })

const VARS = `
n: 5
name: web
flag: "false"
nothing: null
list: ["{{ n }}", two]
nested: {a: "{{ name }}1", b: {c: "{{ nope }}", d: "{{ n + 1 }}"}}
uses_nope: "{{ nope }}"
text: "a {{ n }} b"
`
const scope = (): ReturnType<ReturnType<typeof world>['scope']> =>
  world().scope({ keywords: keywords([layer(VARS)]) })

const errorOf = (action: () => unknown): string => {
  try {
    action()
  } catch (error) {
    if (error instanceof UserError) return formatError(error)
    throw error
  }
  return 'no error'
}

describe('value', () => {
  test.each([
    { case: 'a number stays one', source: '"{{ n }}"', value: 5 },
    { case: 'a list stays one', source: '"{{ list }}"', value: [5, 'two'] },
    { case: 'text around it makes text', source: '"{{ n }}{{ n }}"', value: '55' },
    { case: 'a space makes text', source: '" {{ n }}"', value: ' 5' },
    { case: 'none is none', source: '"{{ nothing }}"', value: null },
    { case: 'none in text is nothing', source: '"x{{ nothing }}y"', value: 'xy' },
    { case: 'text that looks like a list stays text', source: '"{{ \'[1]\' }}"', value: '[1]' },
    {
      case: 'text that looks like a template stays text',
      source: "\"{{ '{' ~ '{ n }}' }}\"",
      value: '{{ n }}',
    },
    { case: 'omit', source: '"{{ nope | default(omit) }}"', value: OMIT },
    { case: 'in a dictionary', source: '{a: {b: "{{ n }}"}}', value: { a: { b: 5 } } },
    { case: 'in a list', source: '["{{ n }}", [x, "{{ name }}"]]', value: [5, ['x', 'web']] },
    { case: 'through variables', source: '"{{ nested.a }}"', value: 'web1' },
    { case: 'a part, though another part fails', source: '"{{ nested.b.d }}"', value: 6 },
    {
      case: 'what uses something undefined is undefined',
      source: '"{{ uses_nope is defined }}"',
      value: false,
    },
    { case: 'and can be defaulted', source: '"{{ uses_nope | default(1) }}"', value: 1 },
    { case: 'length of a list', source: '"{{ list | length }}"', value: 2 },
    { case: 'vars', source: "\"{{ vars['na' ~ 'me'] }}\"", value: 'web' },
  ])('$case', ({ source, value }) => {
    expect(plain(scope().value(raw(source)))).toEqual(value)
  })

  test('what a template does to a list is not seen by others', () => {
    const { value } = { value: (text: string) => scope().value(raw(text)) }
    expect(value('"{% do list.append(1) %}{{ list | length }}"')).toBe('3')
    expect(value('"{{ list | length }}"')).toBe(2)
  })

  test('values of hosts are never templates', () => {
    const { variables, scope: make } = world()
    variables.register('web1', 'r', new Map([['stdout', '{{ lookup("pipe", "id") }}']]))
    expect(make().value(raw('"{{ r.stdout }}"'))).toBe('{{ lookup("pipe", "id") }}')
  })

  test('traps of a dry run stay inside of values, and spring when they are read', () => {
    class Uncertain extends Error {}
    const trap = new Trap(() => {
      throw new Uncertain('later')
    })
    const { variables, scope: make } = world()
    variables.register(
      'web1',
      'r',
      new Map<string, unknown>([
        ['stdout', trap],
        ['rc', 0],
      ]),
    )
    expect((make().value(raw('"{{ r }}"')) as Map<string, unknown>).get('stdout')).toBe(trap)
    expect(make().value(raw('"{{ r.rc }}"'))).toBe(0)
    expect(make().value(raw('"{{ r.stdout is defined }}"'))).toBe(true)
    expect(() => make().value(raw('"{{ r.stdout | default(1) }}"'))).toThrow(Uncertain)
    expect(() => make().value(raw('["{{ r.stdout }}"]'))).toThrow(Uncertain)
  })
})

describe('mistakes', () => {
  test.each([
    {
      case: 'an undefined variable, with the nearest name',
      source: 'a: "{{ nam }}"',
      error: `task.yml:1:8: 'nam' is undefined [E_UNDEFINED]\n  hint: did you mean "name"?`,
    },
    {
      case: 'the place where it is used, not where that is read',
      source: 'a: "{{ uses_nope }}"',
      error: "vars.yml:8:16: 'nope' is undefined [E_UNDEFINED]",
    },
    {
      case: 'inside of a dictionary',
      source: 'a: "{{ nested }}"',
      error: "vars.yml:7:39: 'nope' is undefined [E_UNDEFINED]",
    },
    {
      case: 'a missing attribute',
      source: 'a: "{{ nested.z }}"',
      error: `task.yml:1:15: 'dict' has no attribute 'z' [E_UNDEFINED]\n  hint: did you mean "a"?`,
    },
    {
      case: 'syntax',
      source: 'a: "{{ 1 + }}"',
      error: /^task\.yml:1:\d+: .*\[E_TEMPLATE]/,
    },
    {
      case: 'an unknown filter',
      source: 'a: "{{ n | uper }}"',
      error: /^task\.yml:1:12: .*'?uper'?.*\[E_TEMPLATE]\n {2}hint: did you mean "upper"\?/,
    },
  ])('$case', ({ source, error }) => {
    const message = errorOf(() => scope().value(raw(source)))
    if (typeof error === 'string') expect(message).toBe(error)
    else expect(message).toMatch(error)
  })

  test.each([
    { case: 'itself', vars: 'a: "{{ a }}"', path: 'a → a' },
    { case: 'over another', vars: 'a: "{{ b }}"\nb: "{{ a }}"', path: 'a → b → a' },
    {
      case: 'only the circle is shown',
      vars: 'a: "{{ b }}"\nb: "{{ c }}"\nc: "{{ b }}"',
      path: 'b → c → b',
    },
    { case: 'inside of a dictionary', vars: 'a: {x: "{{ a.x }}"}', path: 'a.x → a.x' },
    { case: 'inside of a list', vars: 'a: ["{{ b }}"]\nb: "{{ a[0] }}"', path: 'a[0] → b → a[0]' },
  ])('a cycle: $case', ({ vars, path }) => {
    const it = world().scope({ keywords: keywords([layer(vars)]) })
    expect(errorOf(() => it.variable('a'))).toContain(
      `the variable needs itself: ${path} [E_VAR_CYCLE]`,
    )
  })

  test('a dictionary may use another part of itself', () => {
    const it = world().scope({ keywords: keywords([layer('a: {x: "{{ a.y }}", y: 1}')]) })
    expect(plain(it.variable('a'))).toEqual({ x: 1, y: 1 })
  })
})

describe('conditions', () => {
  test.each([
    { source: 'n == 5', holds: true },
    { source: 'true', holds: true },
    { source: 'not name', holds: false },
    // As in Ansible, a text that is not empty holds.
    { source: 'flag', holds: true },
    { source: 'flag | bool', holds: false },
    { source: '{{ n == 5 }}', holds: true },
    { source: '{{ flag }}', holds: false },
    { source: 'nope is defined', holds: false },
  ])('$source: $holds', ({ source, holds }) => {
    expect(scope().holds([condition(source)])).toBe(holds)
  })

  test('the first that fails stops, and is named', () => {
    const conditions = ['n == 5', 'n == 6', 'nope'].map(condition)
    expect(scope().firstFalse(conditions)).toBe('n == 6')
  })

  test.each([
    { source: 'n == nam', error: "task.yml:7:16: 'nam' is undefined" },
    { source: '{{ n }} == 5', error: 'task.yml:7:11: a condition is an expression' },
    { source: '{{ nam }}', error: "task.yml:7:14: 'nam' is undefined" },
  ])('mistakes in $source', ({ source, error }) => {
    expect(errorOf(() => scope().holds([condition(source)]))).toContain(error)
  })
})
