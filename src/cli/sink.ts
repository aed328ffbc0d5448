import type { Sink } from '../core/event.ts'
import { paintFor } from '../report/colour.ts'
import { JsonSink } from '../report/json.ts'
import { LinesSink } from '../report/lines.ts'
import { Profile } from '../report/profile.ts'
import { terminalStage } from '../report/terminal.ts'
import { diffShown, type RunFlags } from './options.ts'
import { redactor } from './secrets.ts'

/** Where a run reports to, and when it has. */
export interface Report {
  readonly sink: Sink
  /** Resolves when the terminal is free for a question. */
  stillness(): Promise<void>
  finished(): Promise<void>
}

/** What the flags say of a report: JSON, or lines with or without diffs. */
export const reportTo = (
  flags: Pick<RunFlags, 'output' | 'diff' | 'diff=full' | 'verbose' | 'profile'>,
  { dryRun, toApply }: { readonly dryRun: boolean; readonly toApply?: string },
): Report => {
  const write = (text: string): void => {
    process.stdout.write(text)
  }
  const warn = (text: string): void => {
    process.stderr.write(text)
  }
  if (flags.output === 'json')
    return {
      sink: new JsonSink(redactor, { write, warn }, flags),
      stillness: nothing,
      finished: nothing,
    }
  const paint = paintFor(process.stdout, process.env)
  const detail = {
    diff: diffShown(flags, dryRun),
    verbosity: flags.verbose,
    paint,
    ...(toApply === undefined ? {} : { toApply }),
  }
  const stage = process.stdout.isTTY ? { stage: terminalStage() } : {}
  const lines = new LinesSink({ redactor, write, detail, ...stage })
  const profile = new Profile(redactor)
  return {
    sink: {
      emit(event) {
        lines.emit(event)
        profile.emit(event)
      },
    },
    stillness: () => lines.stillness(),
    async finished() {
      await lines.finished()
      if (flags.profile === true) write(`${profile.lines(paint).join('\n')}\n`)
    },
  }
}

const nothing = (): Promise<void> => Promise.resolve()

/** What is to be done with a saved plan. */
export const applying = (file: string): string => `run \`provision apply ${file}\``
