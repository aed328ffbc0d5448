import { content } from '../../../src/probes/content.ts'
import { path } from '../../../src/probes/path.ts'
import { holding, info, is, type Case } from '../model.ts'

const etc = is(path('/etc'), info({ kind: 'directory' }))
const file = (text: string) => [
  etc,
  is(path('/etc/x'), info()),
  is(content('/etc/x'), holding(text)),
]

export const cases: readonly Case[] = [
  {
    case: 'replaces',
    args: { path: '/etc/x', regexp: '^a$', replace: 'b' },
    answers: file('a\na\n'),
  },
  {
    case: 'finds nothing to replace',
    args: { path: '/etc/x', regexp: '^a$', replace: 'b' },
    answers: file('b\n'),
    converged: true,
  },
  {
    case: 'needs the file',
    args: { path: '/etc/x', regexp: 'a' },
    answers: [etc],
    error: 'E_ABSENT',
  },
  {
    case: 'says when it would never end',
    args: { path: '/etc/x', regexp: 'a', replace: 'aa' },
    answers: file('a\n'),
  },
]
