import type { RunSummary } from '../core/event.ts'

/** The exit codes of `provision`, in the order in which the first that applies is taken. */
export const EXIT = {
  done: 0,
  bug: 1,
  interrupted: 130,
  usage: 64,
  failed: 2,
  unreachable: 4,
  changes: 3,
} as const

/** What a run that came to its end exits with. */
export const exitCodeOf = ({ hosts, interrupted }: RunSummary, dryRun: boolean): number => {
  const counts = [...hosts.values()]
  if (interrupted) return EXIT.interrupted
  if (counts.some(({ failed }) => failed > 0)) return EXIT.failed
  if (counts.some(({ unreachable }) => unreachable > 0)) return EXIT.unreachable
  const changes = counts.some(({ changed, maybe }) => changed > 0 || maybe > 0)
  return dryRun && changes ? EXIT.changes : EXIT.done
}
