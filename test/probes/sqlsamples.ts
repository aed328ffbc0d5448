import type { Replication, Source, Thread } from '../../src/probes/sqlreplica.ts'

/** A thread that runs. */
export const RUNS: Thread = { running: 'yes', errorNumber: 0, error: '' }

/** A thread that stands still, with an error or without. */
export const still = (errorNumber = 0, error = ''): Thread => ({
  running: 'no',
  errorNumber,
  error,
})

/** Settings of a replica of db1. */
export const SOURCE: Source = {
  host: 'db1',
  port: 3306,
  user: 'replicator',
  tls: true,
  verified: true,
  ca: '/etc/mysql/tls/ca.crt',
  byGtid: true,
  retry: 5,
  passwordHash: null,
}

/** A healthy replica of db1, with the fields that differ. */
export const replica = (fields: Partial<Replication> = {}): Replication => ({
  source: SOURCE,
  receiver: RUNS,
  applier: RUNS,
  ownTransactions: '',
  hasHistory: true,
  readOnly: true,
  databases: ['app'],
  ...fields,
})

/** A server that nobody has used yet, with the fields that differ. */
export const unused = (fields: Partial<Replication> = {}): Replication => ({
  source: undefined,
  receiver: still(),
  applier: still(),
  ownTransactions: '',
  hasHistory: false,
  readOnly: true,
  databases: [],
  ...fields,
})
