import { facts } from '../../../src/probes/facts.ts'
import { is, type Case } from '../model.ts'

const found = { system: { hostname: 'web1' }, hardware: {}, network: {} }

export const cases: readonly Case[] = [
  {
    case: 'reads',
    args: { gather_subset: 'all' },
    answers: [is(facts({ factPath: '/etc/ansible/facts.d' }), found)],
    converged: true,
  },
]
