import type { Put, Run } from '../core/change.ts'
import type { Request } from '../core/wire.ts'
import { asSmallFile, putManyRequest, putRequests, type SmallFile } from '../host/index.ts'

/** Changes that one or more requests carry out, in order. */
export interface Part {
  readonly requests: readonly Request[]
  readonly changes: readonly (Put | Run)[]
}

/** Bytes of the small files that travel together: they are held in memory. */
export const MOST_BYTES = 1024 * 1024

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
  let heap = new Heap()
  const close = (): void => {
    const [first, ...others] = heap.files
    if (others.length > 0) parts.push(heaped(heap.files))
    else if (first !== undefined) parts.push(partOf(first.put, limit))
    heap = new Heap()
  }
  for (const change of changes) {
    const small = change.do === 'put' && limit === 0 ? await asSmallFile(change) : undefined
    if (small === undefined || !heap.hasRoom(small)) close()
    if (small === undefined) parts.push(partOf(change, limit))
    else heap.add(small)
  }
  close()
  return parts
}

/** Small files beside each other, each at a place of its own. */
class Heap {
  readonly files: SmallFile[] = []
  readonly #places = new Set<string>()
  #bytes = 0

  hasRoom({ put }: SmallFile): boolean {
    return !this.#places.has(put.to) && this.#bytes + put.source.size <= MOST_BYTES
  }

  add(file: SmallFile): void {
    this.files.push(file)
    this.#places.add(file.put.to)
    this.#bytes += file.put.source.size
  }
}

/** One change by itself. */
export const partOf = (change: Put | Run, limit: number): Part => ({
  requests: requestsOf(change, limit),
  changes: [change],
})

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
