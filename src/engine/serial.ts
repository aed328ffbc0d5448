import { UserError } from '../core/error.ts'

/** The hosts in batches: `serial: [1, 5, "50%"]`, the last size repeated; one batch without. */
export const batchesOf = (hosts: readonly string[], serial: readonly unknown[]): string[][] => {
  if (serial.length === 0) return [[...hosts]]
  const batches: string[][] = []
  for (let taken = 0; taken < hosts.length;) {
    const size = sizeOf(serial[Math.min(batches.length, serial.length - 1)] ?? null, hosts.length)
    batches.push(hosts.slice(taken, taken + size))
    taken += size
  }
  return batches
}

const sizeOf = (raw: unknown, total: number): number => {
  const text = typeof raw === 'string' || typeof raw === 'number' ? String(raw) : '?'
  const percentage = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1]
  if (percentage !== undefined) return Math.max(1, Math.floor((Number(percentage) * total) / 100))
  const size = Number(text)
  if (Number.isInteger(size) && size > 0) return size
  throw new UserError('E_TYPE', `serial: "${text}" is neither a number nor a percentage`)
}
