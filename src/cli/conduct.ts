import type { RunSummary, Sink } from '../core/event.ts'
import { Run } from '../engine/run.ts'
import { Pool } from '../host/index.ts'
import { EXIT } from './exit.ts'
import { check, readInput, type Input, type Reading } from './input.ts'
import { reportMistakes } from './mistakes.ts'
import type { RunFlags } from './options.ts'
import { onSecret } from './secrets.ts'
import { optionsOf, servicesOf, type Wiring } from './services.ts'

/**
 * Reads and checks all that a run needs, and reports what is wrong in it; nothing when that keeps
 * it from running. Throws UserError for what cannot even be read.
 */
export const readChecked = async (
  playbooks: readonly string[],
  flags: RunFlags,
  reading: Reading & { readonly quietly?: true } = {},
): Promise<Input | undefined> => {
  const input = await readInput(playbooks, flags, onSecret, reading)
  const { errors, warnings } = check(input)
  if (reading.quietly !== true) reportMistakes([...input.warnings, ...warnings], 'warning')
  reportMistakes(errors, 'error')
  return errors.length > 0 ? undefined : input
}

/** How a run is conducted. */
export interface Conducted extends Omit<Wiring, 'pool' | 'onSecret'> {
  readonly sink: Sink
}

/** Runs the playbooks with Ctrl-C in hand: the first ends the run in order, a second one at once. */
export const conduct = async (input: Input, conducted: Conducted): Promise<RunSummary> => {
  const { flags, dryRun } = conducted
  const interruption = new AbortController()
  const pool = new Pool(flags.forks)
  const stop = (): void => {
    if (interruption.signal.aborted) process.exit(EXIT.interrupted)
    interruption.abort()
    void pool.close()
  }
  // Not `once`: a library that finds no other listener left ends the process by itself.
  for (const signal of SIGNALS) process.on(signal, stop)
  try {
    const services = await servicesOf(input, { ...conducted, pool, onSecret })
    const options = optionsOf(input, flags, { dryRun, signal: interruption.signal })
    return await new Run(services, options).playbooks(input.playbooks)
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop)
    await pool.close()
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
