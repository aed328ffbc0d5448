import type { Cost } from '../core/event.ts'
import type { Machine } from '../core/wire.ts'

/** Does the work, which has the machine for itself, and tells what it cost, also where it fails. */
export const measured = async <T>(
  { roundTrips }: Machine,
  spent: (cost: Cost) => void,
  work: () => Promise<T>,
): Promise<T> => {
  const { waitedMs, remoteMs, sentBytes, receivedBytes, counted } = roundTrips
  try {
    return await work()
  } finally {
    const remote = roundTrips.remoteMs - remoteMs
    spent({
      wireMs: Math.max(0, roundTrips.waitedMs - waitedMs - remote),
      remoteMs: remote,
      sentBytes: roundTrips.sentBytes - sentBytes,
      receivedBytes: roundTrips.receivedBytes - receivedBytes,
      roundTrips: roundTrips.counted - counted,
    })
  }
}

export const addCosts = (one: Cost, other: Cost): Cost => ({
  wireMs: one.wireMs + other.wireMs,
  remoteMs: one.remoteMs + other.remoteMs,
  sentBytes: one.sentBytes + other.sentBytes,
  receivedBytes: one.receivedBytes + other.receivedBytes,
  roundTrips: one.roundTrips + other.roundTrips,
})
