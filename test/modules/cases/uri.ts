import { path } from '../../../src/probes/path.ts'
import { info, is, type Case } from '../model.ts'

export const cases: readonly Case[] = [
  { case: 'asks', args: { url: 'http://localhost/' }, changes: ['GET http://localhost/'] },
  {
    case: 'sends',
    args: {
      url: 'http://localhost/',
      method: 'post',
      body: { a: 1 },
      body_format: 'json',
      password: 'secret',
      user: 'me',
    },
    changes: ['POST http://localhost/'],
  },
  {
    case: 'does not ask when what it creates is there',
    args: { url: 'http://localhost/', creates: '/x' },
    answers: [is(path('/x'), info())],
    converged: true,
  },
]
