import type { Put, Run } from '../core/change.ts'
import type { Request } from '../core/wire.ts'
import { asSmallFile, putManyRequest, putRequests, type SmallFile } from '../host/index.ts'

/** Changes that one or more requests carry out, in order. */
export interface Part {
  readonly requests: readonly Request[]
  readonly changes: readonly (Put | Run)[]
}

/** Bytes of the small files that one request replaces: they are held in memory. */
const MOST_BYTES = 1024 * 1024

/**
 * The parts of some changes, each of which is carried out only after those before it succeeded. Small
 * files beside each other are one part. `limit` is the task's own `timeout` in seconds; 0 is none.
 */
export const partsOf = async (
  changes: readonly (Put | Run)[],
  limit: number,
): Promise<readonly Part[]> => {
  if (changes.length < 2) return changes.map(change => partOf(change, limit))
  const parts: Part[] = []
  let heap: SmallFile[] = []
  const close = (): void => {
    const [first] = heap
    if (heap.length > 1) parts.push(heaped(heap))
    else if (first !== undefined) parts.push(partOf(first.put, limit))
    heap = []
  }
  for (const change of changes) {
    const small = change.do === 'put' && limit === 0 ? await asSmallFile(change) : undefined
    if (small === undefined || !fits(small, heap)) close()
    if (small === undefined) parts.push(partOf(change, limit))
    else heap.push(small)
  }
  close()
  return parts
}

/** Each change by itself. */
export const partOf = (change: Put | Run, limit: number): Part => ({
  requests: requestsOf(change, limit),
  changes: [change],
})

const fits = ({ put }: SmallFile, heap: readonly SmallFile[]): boolean =>
  heap.every(other => other.put.to !== put.to) &&
  heap.reduce((sum, other) => sum + other.put.source.size, put.source.size) <= MOST_BYTES

const heaped = (files: readonly SmallFile[]): Part => ({
  requests: [{ ...putManyRequest(files), afterSuccess: true }],
  changes: files.map(({ put }) => put),
})

const requestsOf = (change: Run | Put, limit: number): readonly Request[] => {
  if (change.do === 'put')
    return putRequests(change).map(request => ({ ...request, afterSuccess: true }))
  const { script, environment, codes } = change
  const timeLimit = change.timeLimit ?? (limit > 0 ? limit : undefined)
  return [
    {
      script,
      afterSuccess: true,
      ...(codes === undefined ? {} : { codes }),
      ...(timeLimit === undefined ? {} : { timeLimit }),
      ...(environment === undefined ? {} : { environment }),
    },
  ]
}
