import { absentLine, presentLine, type LineWant } from '../../../src/modules/edit/line.ts'

const want = (fields: Partial<LineWant>): LineWant => ({
  line: undefined,
  regexp: undefined,
  search_string: undefined,
  insertafter: undefined,
  insertbefore: undefined,
  backrefs: false,
  firstmatch: false,
  ...fields,
})

test.each([
  { case: 'goes to the end', want: { line: 'c' }, text: 'a\nb\n', after: 'a\nb\nc\n' },
  {
    case: 'goes to the end of a file without a last newline',
    want: { line: 'c' },
    text: 'a\nb',
    after: 'a\nb\nc\n',
  },
  { case: 'goes into an empty file', want: { line: 'c' }, text: '', after: 'c\n' },
  { case: 'is there', want: { line: 'a' }, text: 'a\nb', after: 'a\nb' },
  {
    case: 'goes to the top',
    want: { line: 'c', insertbefore: 'BOF' },
    text: 'a\n',
    after: 'c\na\n',
  },
  {
    case: 'goes after the last match',
    want: { line: 'c', insertafter: '^a' },
    text: 'a\nb\na\nb\n',
    after: 'a\nb\na\nc\nb\n',
  },
  {
    case: 'goes after the first match',
    want: { line: 'c', insertafter: '^a', firstmatch: true },
    text: 'a\nb\na\n',
    after: 'a\nc\nb\na\n',
  },
  {
    case: 'goes before the last match',
    want: { line: 'c', insertbefore: '^b' },
    text: 'b\na\nb\n',
    after: 'b\na\nc\nb\n',
  },
  {
    case: 'goes to the end where nothing matches',
    want: { line: 'c', insertbefore: '^x' },
    text: 'a\n',
    after: 'a\nc\n',
  },
  {
    case: 'replaces the last match',
    want: { line: 'p=2', regexp: '^p=' },
    text: 'p=1\np=3\n',
    after: 'p=1\np=2\n',
  },
  {
    case: 'does not add what is there when nothing matches',
    want: { line: 'Port 22', regexp: '^#Port' },
    text: 'Port 22\n',
    after: 'Port 22\n',
  },
  {
    case: 'replaces what holds a literal',
    want: { line: 'x', search_string: 'a.c' },
    text: 'abc\n-a.c-\n',
    after: 'abc\nx\n',
  },
  {
    case: 'fills in groups',
    want: { line: '\\1=\\g<v>!', regexp: '^(\\w+)=(?P<v>\\d+)$', backrefs: true },
    text: 'a=1\n',
    after: 'a=1!\n',
  },
  {
    case: 'adds nothing with backrefs',
    want: { line: 'c', regexp: '^x', backrefs: true },
    text: 'a\n',
    after: 'a\n',
  },
  {
    case: 'keeps backslashes without backrefs',
    want: { line: '\\1', regexp: '^a' },
    text: 'a\n',
    after: '\\1\n',
  },
  {
    case: 'keeps empty lines at the end',
    want: { line: 'b', regexp: '^a' },
    text: 'a\n\n\n',
    after: 'b\n\n\n',
  },
])('a line that $case', ({ want: fields, text, after }) => {
  expect(presentLine(text, want(fields)).text).toBe(after)
})

test.each([
  {
    case: 'every match',
    want: { regexp: '^#' },
    text: '#a\nb\n#c\n',
    after: 'b\n',
    message: '2 line(s) removed',
  },
  {
    case: 'the line itself',
    want: { line: 'a' },
    text: 'a\nab\n',
    after: 'ab\n',
    message: '1 line(s) removed',
  },
  {
    case: 'what holds a literal',
    want: { search_string: '.' },
    text: 'a\n.b\n',
    after: 'a\n',
    message: '1 line(s) removed',
  },
  { case: 'nothing', want: { line: 'x' }, text: 'a', after: 'a', message: '' },
])('removes $case', ({ want: fields, text, after, message }) => {
  expect(absentLine(text, want(fields))).toEqual({ text: after, message })
})
