import { withBlock, type BlockWant } from '../../../src/modules/edit/block.ts'

const want = (fields: Partial<BlockWant>): BlockWant => ({
  block: 'x\ny',
  marker: '# {mark}',
  marker_begin: 'BEGIN',
  marker_end: 'END',
  insertafter: undefined,
  insertbefore: undefined,
  append_newline: false,
  prepend_newline: false,
  ...fields,
})
const X = '# BEGIN\nx\ny\n# END\n'

test.each([
  { case: 'inserted at the end', want: {}, text: 'a', after: `a\n${X}` },
  { case: 'inserted at the top', want: { insertbefore: 'BOF' }, text: 'a\n', after: `${X}a\n` },
  {
    case: 'inserted after a match',
    want: { insertafter: '^a' },
    text: 'a\nb\n',
    after: `a\n${X}b\n`,
  },
  {
    case: 'updated in its place',
    want: {},
    text: 'a\n# BEGIN\nold\n# END\nb\n',
    after: `a\n${X}b\n`,
  },
  { case: 'left alone', want: { block: 'x\ny\n' }, text: `a\n${X}b`, after: `a\n${X}b` },
  { case: 'removed', want: { block: '' }, text: `a\n${X}b\n`, after: 'a\nb\n' },
  {
    case: 'inserted with empty lines around',
    want: { insertafter: '^a', append_newline: true, prepend_newline: true },
    text: 'a\nb\n',
    after: `a\n\n${X}\nb\n`,
  },
  {
    case: 'inserted when one marker is missing',
    want: {},
    text: '# BEGIN\n',
    after: `# BEGIN\n${X}`,
  },
  {
    case: 'put between other marks',
    want: { marker: '<!-- {mark} -->', marker_begin: 'on', marker_end: 'off' },
    text: '',
    after: '<!-- on -->\nx\ny\n<!-- off -->\n',
  },
])('a block is $case', ({ want: fields, text, after }) => {
  const once = withBlock(text, want(fields)).text
  expect(once).toBe(after)
  expect(withBlock(once, want(fields))).toEqual({ text: once, message: '' })
})
