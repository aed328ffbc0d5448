import { replaceAll, type ReplaceWant } from '../../../src/modules/edit/replacement.ts'

const want = (fields: Partial<ReplaceWant>): ReplaceWant => ({
  regexp: 'a',
  replace: 'b',
  after: undefined,
  before: undefined,
  ...fields,
})

test.each([
  { case: 'every match', want: {}, text: 'aca', after: 'bcb', message: '2 replacements made' },
  {
    case: 'at each line',
    want: { regexp: '^(a)$', replace: '<\\1>' },
    text: 'a\nab\na\n',
    after: '<a>\nab\n<a>\n',
    message: '2 replacements made',
  },
  {
    case: 'after a match',
    want: { after: 'x' },
    text: 'axa',
    after: 'axb',
    message: '1 replacements made',
  },
  {
    case: 'before a match',
    want: { before: 'x' },
    text: 'axa',
    after: 'bxa',
    message: '1 replacements made',
  },
  {
    case: 'between two',
    want: { after: '\\[', before: '\\]' },
    text: 'a[a]a',
    after: 'a[b]a',
    message: '1 replacements made',
  },
  {
    case: 'nothing outside',
    want: { after: 'no' },
    text: 'a',
    after: 'a',
    message: 'Pattern for before/after params did not match the given file',
  },
  {
    case: 'nothing that stays the same',
    want: { replace: 'a' },
    text: 'a',
    after: 'a',
    message: '',
  },
])('replaces $case', ({ want: fields, text, after, message }) => {
  expect(replaceAll(text, want(fields))).toEqual({ text: after, message })
})
