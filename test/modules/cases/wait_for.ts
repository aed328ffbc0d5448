import { awaited } from '../../../src/probes/awaited.ts'
import { is, type Case } from '../model.ts'

const port = (met: boolean) =>
  is(awaited({ for: 'port', host: '127.0.0.1', port: 80, timeout: 5 }), met)

export const cases: readonly Case[] = [
  {
    case: 'waits for a port',
    args: { port: 80 },
    answers: [port(false)],
    changes: ['wait for 127.0.0.1:80 (started)'],
  },
  {
    case: 'does not wait for a port that answers',
    args: { port: 80 },
    answers: [port(true)],
    converged: true,
  },
  { case: 'waits for a while', args: { timeout: 5 }, changes: ['wait for some time'] },
  {
    case: 'looks only after the delay',
    args: { port: 80, delay: 3 },
    answers: [port(false)],
    changes: ['wait for 127.0.0.1:80 (started)'],
  },
  {
    case: 'waits for a line',
    args: { path: '/log', search_regex: 'up \\d+' },
    answers: [is(awaited({ for: 'file', path: '/log', regex: 'up [0-9]+' }), false)],
    changes: ['wait for /log (started)'],
  },
]
