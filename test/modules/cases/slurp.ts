import { content } from '../../../src/probes/content.ts'
import { path } from '../../../src/probes/path.ts'
import { holding, info, is, type Case } from '../model.ts'

const x = is(path('/etc/x'), info())

export const cases: readonly Case[] = [
  {
    case: 'changes nothing',
    args: { src: '/etc/x' },
    answers: [x, is(content('/etc/x'), holding('a'))],
    converged: true,
  },
  { case: 'needs the file', args: { src: '/etc/x' }, error: 'E_ABSENT' },
  {
    case: 'reads no directory',
    args: { src: '/etc/x' },
    answers: [is(path('/etc/x'), info({ kind: 'directory' }))],
    error: 'E_NOT_A_FILE',
  },
  {
    case: 'reads nothing over-long',
    args: { src: '/etc/x' },
    answers: [x, is(content('/etc/x'), { size: 2e6, sha256: 'x', bytes: undefined })],
    error: 'E_TOO_LONG',
  },
]
