import { content } from '../../../src/probes/content.ts'
import { path } from '../../../src/probes/path.ts'
import { holding, info, is, type Case } from '../model.ts'

const etc = is(path('/etc'), info({ kind: 'directory' }))
const file = (text: string) => [
  etc,
  is(path('/etc/x'), info()),
  is(content('/etc/x'), holding(text)),
]
const BLOCK = '# BEGIN ANSIBLE MANAGED BLOCK\na\n# END ANSIBLE MANAGED BLOCK\n'

export const cases: readonly Case[] = [
  {
    case: 'inserts a block',
    args: {
      path: '/etc/x',
      block: 'a\nb\n',
      prepend_newline: true,
      append_newline: true,
      insertbefore: '^y',
    },
    answers: file('x\ny'),
  },
  {
    case: 'finds its block',
    args: { path: '/etc/x', block: 'a' },
    answers: file(`x\n${BLOCK}y\n`),
    converged: true,
  },
  {
    case: 'updates its block',
    args: { path: '/etc/x', block: 'b' },
    answers: file(`x\n${BLOCK}y\n`),
  },
  {
    case: 'removes its block',
    args: { path: '/etc/x', state: 'absent' },
    answers: file(`x\n${BLOCK}y\n`),
  },
  {
    case: 'has no block to remove',
    args: { path: '/etc/x', block: '' },
    answers: file('x\n'),
    converged: true,
  },
  {
    case: 'makes the file',
    args: { path: '/etc/x', block: 'a', create: true },
    answers: [etc],
    changes: ['create /etc/x'],
  },
]
