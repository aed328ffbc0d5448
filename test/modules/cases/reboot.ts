import { boot } from '../../../src/probes/kernel.ts'
import { is, type Case } from '../model.ts'

export const cases: readonly Case[] = [
  {
    case: 'restarts the host',
    args: {},
    answers: [is(boot(), 'id 7')],
    changes: ['restart the host'],
  },
]
