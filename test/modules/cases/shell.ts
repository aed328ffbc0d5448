import { path } from '../../../src/probes/path.ts'
import { matches } from '../../../src/probes/matches.ts'
import { info, is, type Case } from '../model.ts'

export const cases: readonly Case[] = [
  { case: 'runs always', args: { cmd: 'make  all' }, changes: ['run make  all'] },
  {
    case: 'does not run when what it creates is there',
    args: { cmd: 'make', creates: '/done' },
    answers: [is(path('/done'), info())],
    converged: true,
  },
  {
    case: 'looks for what it creates where it runs',
    args: { cmd: 'make', creates: 'done', chdir: '/src' },
    answers: [is(path('/src/done'), info())],
    converged: true,
  },
  {
    case: 'does not run when what it creates matches',
    args: { cmd: 'make', creates: '/*.done' },
    answers: [is(matches('/*.done'), ['/a.done'])],
    converged: true,
  },
  {
    case: 'runs when nothing matches',
    args: { cmd: 'make', creates: '/*.done' },
    changes: ['run make'],
  },
  {
    case: 'does not run when what it removes is gone',
    args: { cmd: 'make', removes: '/lock' },
    converged: true,
  },
  {
    case: 'runs when what it removes is there',
    args: { cmd: 'make', removes: '/lock' },
    answers: [is(path('/lock'), info())],
    changes: ['run make'],
  },
]
