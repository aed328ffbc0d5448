import { createHash } from 'node:crypto'
import { withFields } from '../../core/uncertain.ts'
import type { Engine } from '../../probes/sql.ts'
import type { Replication, Source, Thread } from '../../probes/sqlreplica.ts'
import type { Link } from './seed.ts'

/** Whether a replica's settings are those of the link; MariaDB keeps its password to itself. */
export const isSetUp = (source: Source | undefined, link: Link): boolean => {
  if (source === undefined) return false
  const { passwordHash } = source
  return (
    source.user === link.user &&
    source.ca === link.ca &&
    source.tls &&
    source.verified === link.verify &&
    source.byGtid &&
    source.retry === link.retry &&
    (passwordHash === null || passwordHash === hashOf(link))
  )
}

const hashOf = ({ password }: Link): string =>
  createHash('sha256').update(password.reveal()).digest('hex')

/** The settings that the link gives a replica. */
const sourceAfter = (link: Link, engine: Engine): Source => ({
  host: link.host,
  port: link.port,
  user: link.user,
  ca: link.ca,
  tls: true,
  verified: link.verify,
  byGtid: true,
  retry: link.retry,
  passwordHash: engine === 'mysql' ? hashOf(link) : null,
})

const RUNNING: Thread = { running: 'yes', errorNumber: 0, error: '' }

/** What the server says once it replicates. */
export const settled = (engine: Engine, link: Link, have: Replication): Replication =>
  withFields(have, {
    source: sourceAfter(link, engine),
    receiver: RUNNING,
    applier: RUNNING,
    ownTransactions: '',
    hasHistory: true,
  })
