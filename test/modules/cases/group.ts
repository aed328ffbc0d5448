import { userGroup } from '../../../src/probes/account.ts'
import { is, type Case } from '../model.ts'

const ops = is(userGroup('ops'), { gid: 555, members: [] })

export const cases: readonly Case[] = [
  { case: 'adds', args: { name: 'ops' }, changes: ['add group ops'] },
  { case: 'adds with a number', args: { name: 'ops', gid: 7 }, changes: ['add group ops'] },
  { case: 'leaves', args: { name: 'ops', gid: 555 }, answers: [ops], converged: true },
  { case: 'changes', args: { name: 'ops', gid: 7 }, answers: [ops], changes: ['group ops: gid 7'] },
  {
    case: 'removes',
    args: { name: 'ops', state: 'absent' },
    answers: [ops],
    changes: ['remove group ops'],
  },
  { case: 'has nothing to remove', args: { name: 'ops', state: 'absent' }, converged: true },
]
