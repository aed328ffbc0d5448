import { path } from '../../../src/probes/path.ts'
import { info, is, type Case } from '../model.ts'

export const cases: readonly Case[] = [
  { case: 'changes nothing where nothing is', args: { path: '/etc/x' }, converged: true },
  {
    case: 'changes nothing',
    args: { path: '/etc/x' },
    answers: [is(path('/etc/x'), info())],
    converged: true,
  },
]
