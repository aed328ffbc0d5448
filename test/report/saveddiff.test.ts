import type { Diff } from '../../src/core/diff.ts'
import { diffLines, renderDiff } from '../../src/report/diff.ts'

const MODE = { name: 'mode', before: '0644', after: '0600' }
const NEW = { name: 'owner', before: null, after: 'app' }
const text = { kind: 'text', path: '/etc/x' } as const

test.each<{ case: string; diff: Diff }>([
  { case: 'a text', diff: { ...text, before: 'a\n-- b\n@@ c\n', after: 'a\n++ b\nd' } },
  { case: 'a text and its mode', diff: { ...text, before: 'a', after: 'b', attributes: [MODE] } },
  { case: 'a new file', diff: { ...text, before: null, after: 'a\n', attributes: [NEW] } },
  { case: 'a removed file', diff: { ...text, before: 'a\n', after: null, attributes: [] } },
  { case: 'secrets alone', diff: { ...text, before: '••', after: '••', attributes: [MODE] } },
  { case: 'fields', diff: { kind: 'fields', of: 'user app', fields: [MODE, NEW] } },
  { case: 'nothing', diff: { kind: 'fields', of: 'user app', fields: [] } },
  {
    case: 'bytes',
    diff: { kind: 'bytes', path: '/x', before: null, after: { size: 1, sha256: 'a'.repeat(64) } },
  },
])('a saved diff has the same lines of the same kinds: $case', ({ diff }) => {
  const rendered = renderDiff(diff)
  const lines = rendered === '' ? [] : rendered.split('\n')
  expect(diffLines({ kind: 'lines', lines })).toEqual(diffLines(diff))
})
