import { unit } from '../../../src/probes/unit.ts'
import { is, type Case } from '../model.ts'
import { nginx } from './systemd.ts'

export const cases: readonly Case[] = [
  {
    case: 'enables and starts',
    args: { name: 'nginx', state: 'started', enabled: true },
    answers: [
      is(
        unit('nginx.service'),
        nginx({ ActiveState: 'failed', SubState: 'failed', UnitFileState: 'disabled' }),
      ),
    ],
    changes: ['enable nginx.service', 'start nginx.service'],
  },
  {
    case: 'leaves what runs',
    args: { name: 'nginx.service', state: 'started' },
    answers: [is(unit('nginx.service'), nginx())],
    converged: true,
  },
]
