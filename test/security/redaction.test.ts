import type { Diff } from '../../src/core/diff.ts'
import { renderDiff } from '../../src/report/diff.ts'
import { Redactor } from '../../src/report/redact.ts'

const SECRET = `it's "9<&>\\ p%ss" über`
const redactor = new Redactor()
redactor.register(SECRET)

test.each<[string, string]>([
  ['in YAML', `password: '${SECRET.replaceAll("'", "''")}'`],
  ['in a list as Python prints it', "['it\\'s \"9<&>\\\\ p%ss\" über']"],
  ['in HTML', 'it&#39;s &#34;9&lt;&amp;&gt;\\ p%ss&#34; über'],
  ['in HTML with named quotes', `it's &quot;9&lt;&amp;&gt;\\ p%ss&quot; über`],
  ['in JSON for HTML', `it\\u0027s \\"9\\u003c\\u0026\\u003e\\\\ p%ss\\" über`],
  ['in JSON in JSON', JSON.stringify(JSON.stringify({ a: SECRET }))],
  ['in a path of a URL', `/${encodeURIComponent(SECRET).replaceAll('%2F', '/')}/`],
  ['cut by a message', `"${SECRET.slice(0, 12)}…" is no mode`],
])('a secret %s', (_, text) => {
  const shown = redactor.redact(text)
  expect(shown).toContain('••••••')
  expect(shown).not.toMatch(/9(<|&lt;|\\u003c)|p%ss|ber/)
})

test('words that merely begin like a secret are left alone', () => {
  const text = `it's "9 or so`
  expect(redactor.redact(text)).toBe(text)
})

test('many secrets and a hostile text take no time worth mentioning', () => {
  const many = new Redactor()
  for (let i = 0; i < 500; i++) many.register(`${i}-------------------${i}`)
  for (let i = 0; i < 20; i++) many.register(`------------------${i}`)
  const begun = performance.now()
  many.redact('-'.repeat(300_000))
  // What grows with the square of the text would take an hour.
  expect(performance.now() - begun).toBeLessThan(30_000)
})

const shown = (before: string, after: string): string =>
  renderDiff({ kind: 'text', path: '/etc/app', before, after })

test.each([
  { case: 'beside its name', before: 'a\nkey = old-one\nb\n', after: 'a\nkey = ••••••\nb\n' },
  { case: 'renamed', before: 'a\npw: old-one\nb\n', after: 'a\nkey = ••••••\nb\n' },
  { case: 'on lines of its own', before: 'a\nold-one\nold-one-2\n', after: 'a\n••••••\n' },
])('a secret that was replaced does not show in a diff: $case', ({ before, after }) => {
  expect(shown(before, after)).not.toContain('old-one')
  expect(shown(before, after)).toContain('+')
})

test('a diff hides no more than that', () => {
  const text = shown(
    'x = 1\nkey = old-one\n\nz\n\n\n\n\nw = 1\n',
    'x = 2\nkey = ••••••\n\nz\n\n\n\n\nw = 2\n',
  )
  expect(text).toContain('-x = 1\n-key =••••••\n+x = 2')
  expect(text).toContain('-w = 1')
})

test('nor in changed fields', () => {
  const fields = [{ name: 'url', before: 'x:old-one@h', after: 'x:••••••@h' }]
  expect(renderDiff({ kind: 'fields', of: 'app', fields } satisfies Diff)).not.toContain('old-one')
})
