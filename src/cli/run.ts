import type { Sink } from '../core/event.ts'
import { Run } from '../engine/run.ts'
import { Pool } from '../host/index.ts'
import { JsonSink } from '../report/json.ts'
import { LinesSink } from '../report/lines.ts'
import type { Redactor } from '../report/redact.ts'
import { paintFor } from '../report/colour.ts'
import { terminalStage } from '../report/terminal.ts'
import { EXIT, exitCodeOf } from './exit.ts'
import { check, readInput } from './input.ts'
import { diffShown, type RunFlags } from './options.ts'
import { optionsOf, servicesOf } from './services.ts'
import { reportMistakes } from './mistakes.ts'
import { onSecret, redactor } from './secrets.ts'

/** Runs playbooks and gives the exit code. Throws UserError for what is wrong before it begins. */
export const run = async (playbooks: readonly string[], flags: RunFlags): Promise<number> => {
  const input = await readInput(playbooks, flags, onSecret)
  const { errors, warnings } = check(input)
  reportMistakes([...input.warnings, ...warnings], 'warning')
  if (errors.length > 0) {
    reportMistakes(errors, 'error')
    return EXIT.usage
  }
  const dryRun = flags.dryRun === true || flags.check === true
  const report = sinkFor(flags, redactor, dryRun)
  const interruption = new AbortController()
  const pool = new Pool(flags.forks)
  const stop = (): void => {
    if (interruption.signal.aborted) process.exit(EXIT.interrupted)
    interruption.abort()
    void pool.close()
  }
  // Not `once`: a library that finds no other listener left ends the process by itself.
  for (const signal of SIGNALS) process.on(signal, stop)
  const services = await servicesOf(input, {
    flags,
    pool,
    onSecret,
    sink: report.sink,
    dryRun,
    beforeAsking: () => report.stillness(),
  })
  try {
    const whole = new Run(
      services,
      optionsOf(input, flags, { dryRun, signal: interruption.signal }),
    )
    return exitCodeOf(await whole.playbooks(input.playbooks), dryRun)
  } finally {
    await report.finished()
    for (const signal of SIGNALS) process.off(signal, stop)
    await pool.close()
  }
}

/** A second one of them ends the process at once. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

interface Report {
  readonly sink: Sink
  stillness(): Promise<void>
  finished(): Promise<void>
}

const sinkFor = (flags: RunFlags, redactor: Redactor, dryRun: boolean): Report => {
  const write = (text: string): void => {
    process.stdout.write(text)
  }
  const warn = (text: string): void => {
    process.stderr.write(text)
  }
  if (flags.output === 'json')
    return { sink: new JsonSink(redactor, { write, warn }), stillness: nothing, finished: nothing }
  const paint = paintFor(process.stdout, process.env)
  const detail = { diff: diffShown(flags, dryRun), verbosity: flags.verbose, paint }
  const stage = process.stdout.isTTY ? { stage: terminalStage() } : {}
  const sink = new LinesSink({ redactor, write, detail, ...stage })
  return { sink, stillness: () => sink.stillness(), finished: () => sink.finished() }
}

const nothing = (): Promise<void> => Promise.resolve()
