import { UserError } from '../../src/core/error.ts'
import { expandTemplate, pythonRegex, searchFrom, substitute } from '../../src/core/regex.ts'

const all = (pattern: string, text: string) =>
  [...text.matchAll(pythonRegex(pattern))].map(([m]) => m)

// What Python 3.11's re.findall (whole matches) gives.
test.each([
  { pattern: '^a$', text: 'a\n', found: ['a'] },
  { pattern: '^a\\Z', text: 'a\n', found: [] },
  { pattern: '(?m)^\\w+$', text: 'one\ntwo\n', found: ['one', 'two'] },
  { pattern: '(?m)^$', text: 'a\n\nb', found: [''] },
  { pattern: 'a.b', text: 'a\rb a\nb a\u2028b', found: ['a\rb', 'a\u2028b'] },
  { pattern: '(?s)a.b', text: 'a\nb', found: ['a\nb'] },
  { pattern: '(?i)LÄrM', text: 'lärm', found: ['lärm'] },
  { pattern: '(?P<q>["\']).*?(?P=q)', text: `"a" 'b'`, found: ['"a"', "'b'"] },
  { pattern: '\\-\\_\\ \\#\\=\\/\\"', text: '-_ #=/"', found: ['-_ #=/"'] },
  { pattern: '[]a]+', text: ']a]b', found: [']a]'] },
  { pattern: '[^]a]+', text: ']ab', found: ['b'] },
  { pattern: '[\\w-]+', text: 'a-b c', found: ['a-b', 'c'] },
  { pattern: '[\\w.-]+', text: 'a.b-c d', found: ['a.b-c', 'd'] },
  { pattern: '[a\\-z]+', text: 'a-z b', found: ['a-z'] },
  { pattern: '[[({})]+', text: '[({})]', found: ['[({})'] },
  { pattern: 'a{,2}b', text: 'aaab', found: ['aab'] },
  { pattern: 'a{2}', text: 'aaa', found: ['aa'] },
  { pattern: '{{ x }}', text: '{{ x }}', found: ['{{ x }}'] },
  { pattern: '}', text: '}', found: ['}'] },
  { pattern: '\\bfoo\\b', text: 'foo foobar foo', found: ['foo', 'foo'] },
  { pattern: '\\bé', text: 'é aé', found: ['é'] },
  { pattern: '\\d+', text: '12 ٣', found: ['12', '٣'] },
  { pattern: '(a)\\1', text: 'aa', found: ['aa'] },
  { pattern: '(?x) a b # comment\n c', text: 'abc', found: ['abc'] },
  { pattern: '(?#comment)a', text: 'a', found: ['a'] },
  { pattern: '(?<=x)a(?!b)', text: 'xab xac', found: ['a'] },
  { pattern: '\\x41\\u00e9\\101\\0', text: 'AéA\0', found: ['AéA\0'] },
  { pattern: '#?Port 22', text: '#Port 22', found: ['#Port 22'] },
  { pattern: '.', text: '😀', found: ['😀'] },
  { pattern: '[\\s\\S]', text: '\n', found: ['\n'] },
  { pattern: '-', text: '-', found: ['-'] },
])('$pattern finds in $text', ({ pattern, text, found }) => {
  expect(all(pattern, text)).toEqual(found)
})

test.each(['(', '[a', 'a++', '(?>a)', '\\', '\\q', '(?(1)a|b)', '*'])('refuses %s', pattern => {
  expect(() => pythonRegex(pattern)).toThrow(UserError)
})

test.each([
  { template: '\\1-\\g<name>', expected: 'a-b' },
  { template: '\\g<0>', expected: 'ab' },
  { template: 'x\\ty\\\\', expected: 'x\ty\\' },
  { template: '\\-', expected: '\\-' },
  { template: '$1 $&', expected: '$1 $&' },
])('expands $template', ({ template, expected }) => {
  const match = searchFrom(pythonRegex('(a)(?P<name>b)'), 'xab')
  expect(match && expandTemplate(template, match)).toBe(expected)
})

test.each(['\\3', '\\g<no>', '\\q'])('refuses the replacement %s', template => {
  const match = searchFrom(pythonRegex('(a)(?P<name>b)'), 'ab')
  expect(() => match && expandTemplate(template, match)).toThrow(UserError)
})

test('a group that did not take part is empty', () => {
  expect(substitute(pythonRegex('(a)|b'), 'ab', { template: '<\\1>' })).toEqual({
    text: '<a><>',
    count: 2,
  })
})

test('replaces at most so many', () => {
  expect(substitute(pythonRegex('a'), 'aaa', { template: 'b', limit: 2 }).text).toBe('bba')
})
