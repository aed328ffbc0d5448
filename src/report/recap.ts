import { COUNTED, type HostCounts, type RunSummary } from '../core/event.ts'
import type { Paint } from './colour.ts'

/** Shown even when nobody has any. */
const ALWAYS: readonly (keyof HostCounts)[] = ['ok', 'changed', 'failed', 'unreachable']

/** One line for each host with its counts and round trips. */
export const recap = (summary: RunSummary, paint: Paint): string[] => {
  const { hosts, roundTrips, ms, interrupted } = summary
  const width = Math.max(0, ...[...hosts.keys()].map(name => name.length))
  const columns = COUNTED.filter(
    column => ALWAYS.includes(column) || [...hosts.values()].some(counts => counts[column] > 0),
  )
  const rows = [...hosts].map(([name, counts]) => {
    const bad = counts.failed > 0 || counts.unreachable > 0
    const cells = columns.map(column => cell(column, counts[column], paint))
    const trips = paint('dim', `round trips=${roundTrips.get(name) ?? 0}`)
    return `${paint(bad ? 'red' : counts.changed > 0 ? 'yellow' : 'green', name.padEnd(width))}  ${cells.join('  ')}  ${trips}`
  })
  const end = `${interrupted ? 'interrupted after' : 'done in'} ${(ms / 1000).toFixed(1)} s`
  return ['', ...rows, paint('dim', end)]
}

const cell = (column: keyof HostCounts, count: number, paint: Paint): string => {
  const text = `${column}=${count}`.padEnd(column.length + 4)
  if (count === 0) return paint('dim', text)
  if (column === 'failed' || column === 'unreachable') return paint('red', text)
  if (column === 'changed') return paint('yellow', text)
  return column === 'maybe' || column === 'unproved' ? paint('magenta', text) : text
}
