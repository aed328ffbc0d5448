import { hostname } from 'node:os'
import { formatError, UserError } from '../../src/core/error.ts'
import { keywords, layer, world } from './world.ts'

const blocks = { trimBlocks: true, lstripBlocks: false }
const file = '/playbook/templates/x.j2'

const render = (source: string, options = blocks): string =>
  world()
    .scope({ keywords: keywords([layer('x: 5\ny: "{{ x }}"')]) })
    .render(source, file, options)

const errorOf = (source: string): string => {
  try {
    return render(source)
  } catch (error) {
    if (error instanceof UserError) return formatError(error)
    throw error
  }
}

test.each([
  { case: 'variables', source: '{{ x }} {{ y }}\n', text: '5 5\n' },
  { case: 'the last newline stays', source: 'a\n', text: 'a\n' },
  { case: 'none prints nothing', source: '[{{ none }}]', text: '[]' },
  { case: 'a newline behind a block goes', source: '{% if x %}\na\n{% endif %}\nb', text: 'a\nb' },
  { case: 'escapes in texts are those of Python', source: "{{ 'a\\nb' }}", text: 'a\nb' },
  { case: 'where it comes from', source: '{{ template_path }}', text: file },
  { case: 'the controller', source: '{{ template_host }}', text: hostname() },
  { case: 'the run’s time', source: '{{ template_run_date }}', text: '2026-01-02 03:04:05.000' },
  {
    case: 'a header that turns trimming off',
    source: '#jinja2: trim_blocks: False\n{% if x %}\na\n{% endif %}',
    text: '\na\n',
  },
  {
    case: 'a header that strips what is before blocks',
    source: '#jinja2: lstrip_blocks: True, trim_blocks: True\n  {% if x %}\na\n  {% endif %}\n',
    text: 'a\n',
  },
])('$case', ({ source, text }) => {
  expect(render(source)).toBe(text)
})

test('options of the task', () => {
  expect(render('  {% if x %}\na{% endif %}', { trimBlocks: false, lstripBlocks: true })).toBe(
    '\na',
  )
})

test('what ansible_managed says holds no time, so that files converge', () => {
  expect(render('{{ ansible_managed | comment }}')).toMatch(/^#\n# [^\d]+\n#$/)
})

test.each([
  {
    case: 'an undefined variable',
    source: 'a\n b {{ nope }}',
    error: `${file}:2:7: 'nope' is undefined [E_UNDEFINED]`,
  },
  {
    case: 'behind a header',
    source: '#jinja2: trim_blocks: True\n{{ nope }}',
    error: `${file}:2:4: 'nope' is undefined [E_UNDEFINED]`,
  },
  {
    case: 'a template that is not there',
    source: "{% include 'none.j2' %}",
    error: /^\/playbook\/templates\/x\.j2:1:\d+: .*none\.j2.*\[E_TEMPLATE]/,
  },
  {
    case: 'a header with other marks',
    source: "#jinja2: variable_start_string: '[%'\n",
    error: /x\.j2:1:1: "variable_start_string: '\[%'" cannot be set/,
  },
])('$case', ({ source, error }) => {
  if (typeof error === 'string') expect(errorOf(source)).toBe(error)
  else expect(errorOf(source)).toMatch(error)
})
