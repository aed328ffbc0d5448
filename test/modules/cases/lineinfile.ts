import { content } from '../../../src/probes/content.ts'
import { path } from '../../../src/probes/path.ts'
import { holding, info, is, type Case } from '../model.ts'

const etc = is(path('/etc'), info({ kind: 'directory' }))
const file = (text: string) => [
  etc,
  is(path('/etc/x'), info()),
  is(content('/etc/x'), holding(text)),
]

const line = (args: Case['args']): Case['args'] => ({ path: '/etc/x', ...args })

export const cases: readonly Case[] = [
  { case: 'adds a line', args: line({ line: 'b' }), answers: file('a\n') },
  { case: 'finds the line', args: line({ line: 'b' }), answers: file('a\nb\n'), converged: true },
  {
    case: 'replaces what matches',
    args: line({ line: 'Port 22', regexp: '^#?Port' }),
    answers: file('#Port 1\n'),
  },
  {
    case: 'finds what matches as it should be',
    args: line({ line: 'Port 22', regexp: '^#?Port' }),
    answers: file('Port 22\n'),
    converged: true,
  },
  {
    case: 'removes what matches',
    args: line({ state: 'absent', regexp: '^#' }),
    answers: file('#a\nb\n#c'),
  },
  {
    case: 'has nothing to remove',
    args: line({ state: 'absent', line: 'a' }),
    answers: file('b\n'),
    converged: true,
  },
  {
    case: 'has no file to remove from',
    args: line({ state: 'absent', line: 'a' }),
    answers: [etc],
    converged: true,
  },
  { case: 'needs a file', args: line({ line: 'a' }), answers: [etc], error: 'E_ABSENT' },
  {
    case: 'makes the file',
    args: line({ line: 'a', create: true, mode: '0600' }),
    answers: [etc],
    changes: ['create /etc/x'],
  },
  {
    case: 'makes the file and its directory',
    args: { path: '/etc/new/x', line: 'a', create: true },
    answers: [etc],
    changes: ['make directory /etc/new', 'create /etc/new/x'],
  },
  { case: 'edits no binary', args: line({ line: 'a' }), answers: file('\0'), error: 'E_NOT_TEXT' },
  {
    case: 'edits nothing over-long',
    args: line({ line: 'a' }),
    answers: [
      etc,
      is(path('/etc/x'), info()),
      is(content('/etc/x'), { size: 2e6, sha256: 'x', bytes: undefined }),
    ],
    error: 'E_TOO_LONG',
  },
  {
    case: 'says when it would never end',
    args: line({ line: 'x\\1', regexp: '^(x*)', backrefs: true }),
    answers: file('x\n'),
  },
]
