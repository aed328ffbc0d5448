import { standing } from '../../src/probes/sqlstanding.ts'
import { replica, RUNS, SOURCE, still, unused } from './sqlsamples.ts'

const connecting = { ...RUNS, running: 'connecting' as const }

test.each([
  { case: 'a healthy replica', of: replica(), is: 'replicating' },
  { case: 'an unused server', of: unused(), is: 'pristine' },
  {
    case: 'threads that were stopped',
    of: replica({ receiver: still(), applier: still() }),
    is: 'stopped',
  },
  { case: 'an applier that was stopped', of: replica({ applier: still() }), is: 'stopped' },
  { case: 'a receiver that connects', of: replica({ receiver: connecting }), is: 'cut off' },
  {
    case: 'a primary that does not answer',
    of: replica({ receiver: { ...connecting, errorNumber: 2003, error: "can't connect" } }),
    is: 'cut off',
  },
  { case: 'a wrong password', of: replica({ receiver: still(1045, 'denied') }), is: 'cut off' },
  {
    case: 'an error of the applier',
    of: replica({ applier: still(1062, 'duplicate') }),
    is: 'broken',
  },
  {
    case: 'binary logs that are gone',
    of: replica({ receiver: still(13114, 'purged') }),
    is: 'broken',
  },
  { case: 'transactions of its own', of: replica({ ownTransactions: 'u:1' }), is: 'diverged' },
  {
    case: 'an error that transactions of its own led to',
    of: replica({ ownTransactions: 'u:1', applier: still(1062, 'duplicate') }),
    is: 'broken',
  },
  {
    case: 'another primary',
    of: replica({ source: { ...SOURCE, host: 'db9' } }),
    is: 'replica of another',
  },
  {
    case: 'another port of the primary',
    of: replica({ source: { ...SOURCE, port: 3307 } }),
    is: 'replica of another',
  },
  { case: 'a server with databases', of: unused({ databases: ['shop'] }), is: 'independent' },
  {
    case: 'a server with transactions and no database',
    of: unused({ ownTransactions: 'u:1', hasHistory: true }),
    is: 'independent',
  },
  { case: 'a replica whose source was reset', of: unused({ hasHistory: true }), is: 'independent' },
])('$case is $is', ({ of, is }) => {
  expect(standing(of, { host: 'db1', port: 3306 }).kind).toBe(is)
})
