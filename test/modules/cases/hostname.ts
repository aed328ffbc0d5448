import { content } from '../../../src/probes/content.ts'
import { liveHostname } from '../../../src/probes/kernel.ts'
import { path } from '../../../src/probes/path.ts'
import { holding, info, is, type Case } from '../model.ts'

const file = [is(path('/etc/hostname'), info()), is(content('/etc/hostname'), holding('web1\n'))]

export const cases: readonly Case[] = [
  {
    case: 'leaves',
    args: { name: 'web1' },
    answers: [is(liveHostname(), 'web1'), ...file],
    converged: true,
  },
  {
    case: 'changes',
    args: { name: 'web2' },
    answers: [is(liveHostname(), 'web1'), ...file],
    changes: ['host name: web2'],
  },
  {
    case: 'writes it for the next boot',
    args: { name: 'web2' },
    answers: [is(liveHostname(), 'web2')],
    changes: ['host name: web2'],
  },
]
