import { UserError } from '../../core/error.ts'
import type { Standing } from '../../probes/sqlstanding.ts'

/** The primary that a replica is to copy. */
export interface Primary {
  readonly host: string
  readonly port: number
}

const RESEED =
  'look at the host first; mysql_replication_reseed: true throws its data away and copies the primary anew'

/** Why a server must not become, or go on as, the primary's replica; undefined when it may. */
export const refusal = (now: Standing, { host, port }: Primary): UserError | undefined => {
  switch (now.kind) {
    case 'replicating':
    case 'pristine':
    case 'stopped':
    case 'cut off':
      return undefined
    case 'broken':
      return new UserError(
        'E_REPLICA_BROKEN',
        `replication from ${host} is broken: ${now.reason}`,
        {
          hint: RESEED,
        },
      )
    case 'diverged':
      return new UserError(
        'E_REPLICA_DIVERGED',
        `the replica has diverged from ${host}: ${now.reason}`,
        {
          hint: RESEED,
        },
      )
    case 'replica of another':
      return new UserError(
        'E_TOPOLOGY_CHANGE',
        `this server is a replica of ${now.host}:${now.port} and is asked to copy ${host}:${port}`,
        { hint: `following another primary is a step of its own; ${RESEED}` },
      )
    case 'independent':
      return new UserError(
        'E_TOPOLOGY_CHANGE',
        `this server is no replica and is asked to become one of ${host}: ${now.reason}`,
        { hint: `its data would be lost; ${RESEED}` },
      )
  }
}
