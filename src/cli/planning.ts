import type { RunSummary, Sink } from '../core/event.ts'
import type { Inputs } from '../core/inputs.ts'
import { Chance } from '../plan/chance.ts'
import { composePlan } from '../plan/compose.ts'
import type { PlanDocument, PlannedCommand } from '../plan/document.ts'
import type { Settled } from '../plan/identity.ts'
import { InputLog, type SealedInputs } from '../plan/inputs.ts'
import { controllerMacs, keyFile, type Macs } from '../plan/key.ts'
import { Recorder } from '../plan/recorder.ts'
import { conduct, readChecked } from './conduct.ts'
import type { Input } from './input.ts'
import type { RunFlags } from './options.ts'
import type { Questions } from './questions.ts'
import { redactor } from './secrets.ts'
import { version } from './version.ts'

/** A plan that has just been made. */
export interface Planned {
  readonly summary: RunSummary
  readonly document: PlanDocument
  readonly recorder: Recorder
  readonly settled: Settled
  /** For the real run: what it makes by chance counts as what the dry run has made up. */
  readonly chanceOnly: Inputs
}

/** What a plan is made with. */
export interface Planning {
  readonly macs: Macs
  readonly questions: Questions
  readonly made: Date
  /** Where the dry run reports to; nowhere without. */
  readonly sink?: Sink
  /** Told what was read before anything is connected to; what it throws ends the planning. */
  readonly onRead?: (inputs: SealedInputs) => void
}

/** The key for plans of whoever runs this. */
export const ownMacs = (): Macs => controllerMacs(keyFile(process.env))

/**
 * Makes a dry run and composes its plan; nothing when the static check finds mistakes, which are
 * reported, or when the run was interrupted.
 */
export const makePlan = async (
  playbooks: readonly string[],
  flags: RunFlags,
  { macs, questions, made, sink, onRead }: Planning,
): Promise<Planned | 'mistakes' | 'interrupted'> => {
  const chance = new Chance()
  const settled: Settled = text => chance.settled(text)
  const inputs = new InputLog(chance)
  const asking = questions.password
  const quietly = sink === undefined ? { quietly: true as const } : {}
  const input = await readChecked(playbooks, flags, { inputs, asking, ...quietly })
  if (input === undefined) return 'mistakes'
  onRead?.(inputs.sealed({ macs, redactor }))
  const recorder = new Recorder(settled)
  const both: Sink = {
    emit(event) {
      recorder.emit(event)
      sink?.emit(event)
    },
  }
  const prompt = recordingPrompt(questions, inputs)
  const summary = await conduct(input, {
    flags,
    dryRun: true,
    sink: both,
    overseer: recorder,
    inputs,
    asking,
    prompt,
    now: made,
  })
  if (summary.interrupted) return 'interrupted'
  const command = commandOf(input, flags)
  const composing = { macs, redactor, provision: version(), made, command, inputs }
  return {
    summary,
    document: composePlan(recorder, composing),
    recorder,
    settled,
    chanceOnly: chance.inputs,
  }
}

const recordingPrompt =
  (questions: Questions, inputs: InputLog): Questions['prompt'] =>
  async (request, text) => {
    const answer = await questions.prompt(request, text)
    inputs.value(`answer to "${request.name}"`, answer)
    return answer
  }

const commandOf = (input: Input, flags: RunFlags): PlannedCommand => ({
  playbooks: input.playbooks.map(({ file }) => file),
  inventory: input.sources,
  limit: flags.limit ?? null,
  tags: flags.tags ?? [],
  skipTags: flags.skipTags ?? [],
  extraVars: input.extraVarsGiven,
  user: flags.user ?? null,
  become: flags.become === true,
  becomeUser: flags.becomeUser ?? null,
  forceHandlers: flags.forceHandlers === true,
})
