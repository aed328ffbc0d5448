import type { Replication, Thread } from './sqlreplica.ts'

/** Where a server stands that is to be a replica of a given primary. */
export type Standing =
  | { readonly kind: 'replicating' }
  /** Nothing of its own and no source: may be seeded. */
  | { readonly kind: 'pristine' }
  /** A replica of the primary whose threads were stopped without an error. */
  | { readonly kind: 'stopped' }
  /** A replica of the primary that cannot reach it, or log in to it, just now. */
  | { readonly kind: 'cut off'; readonly reason: string }
  /** Cannot go on by itself; nothing but a person or a new seed mends it. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** Has what the primary lacks. */
  | { readonly kind: 'diverged'; readonly reason: string }
  | { readonly kind: 'replica of another'; readonly host: string; readonly port: number }
  /** A server with a life of its own: a primary, or one that stands alone. */
  | { readonly kind: 'independent'; readonly reason: string }

/** Judges a server by what it says of itself. */
export const standing = (of: Replication, primary: { host: string; port: number }): Standing => {
  const { source, receiver, applier, ownTransactions } = of
  if (source === undefined) return withoutSource(of)
  if (source.host !== primary.host || source.port !== primary.port)
    return { kind: 'replica of another', host: source.host, port: source.port }
  if (applier.errorNumber !== 0) return { kind: 'broken', reason: said('the applier', applier) }
  if (ownTransactions !== '')
    return { kind: 'diverged', reason: `it has transactions of its own: ${ownTransactions}` }
  if (receiver.errorNumber !== 0 && !isOutage(receiver.errorNumber))
    return { kind: 'broken', reason: said('the receiver', receiver) }
  if (receiver.running === 'yes' && applier.running === 'yes') return { kind: 'replicating' }
  if (receiver.errorNumber !== 0 || receiver.running === 'connecting')
    return { kind: 'cut off', reason: said('the receiver', receiver) }
  return { kind: 'stopped' }
}

const withoutSource = (of: Replication): Standing => {
  if (of.databases.length > 0)
    return { kind: 'independent', reason: `it has databases: ${of.databases.join(', ')}` }
  if (of.ownTransactions !== '')
    return { kind: 'independent', reason: `it has transactions of its own: ${of.ownTransactions}` }
  if (of.hasHistory) return { kind: 'independent', reason: 'it has copied transactions before' }
  return { kind: 'pristine' }
}

const said = (who: string, { errorNumber, error }: Thread): string =>
  errorNumber === 0
    ? `${who} is still connecting`
    : `${who} stopped with error ${errorNumber}: ${error}`

const ER_CON_COUNT = 1040
const ER_ACCESS_DENIED = 1045
const ER_HOST_IS_BLOCKED = 1129
const ER_HOST_NOT_PRIVILEGED = 1130

/** Client errors have numbers of their own (2000 to 2999): nobody answered, or not with our TLS. */
const isOutage = (number: number): boolean =>
  (number >= 2000 && number < 3000) ||
  [ER_CON_COUNT, ER_ACCESS_DENIED, ER_HOST_IS_BLOCKED, ER_HOST_NOT_PRIVILEGED].includes(number)
