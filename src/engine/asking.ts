import { UserError } from '../core/error.ts'
import type { Known, Module, Probes } from '../core/module.ts'
import type { Probe } from '../core/probe.ts'
import { Uncertain } from '../core/uncertain.ts'
import type { As } from '../core/wire.ts'
import type { MachineState, Question } from '../host/state.ts'

/** A module's validated arguments, with what it prepared, for one machine and account. */
export interface Asked {
  readonly module: Module
  readonly want: Readonly<Record<string, unknown>>
  readonly state: MachineState
  readonly as: As
}

/** A chain of more answers than this that later questions depend on is our bug. */
const STAGES = 4

/** The module's probes as far as the answers so far let it ask. Throws Uncertain. */
const probesNow = ({ module, want, state, as }: Asked): Probes => {
  const known: Known = <A>(probe: Probe<A>) => state.value({ probe, as }) as A | null | undefined
  return module.probes(want, known)
}

/** Those of the probes that the machine has not been asked yet. */
const openQuestions = (probes: Probes, { state, as }: Asked): Question[] =>
  Object.values(probes)
    .filter(probe => probe !== undefined)
    .map(probe => ({ probe, as }))
    .filter(question => !state.has(question))

/** The questions of its first stage that are open; none where not even these can be known. */
export const openNow = (asked: Asked): Question[] => {
  try {
    return openQuestions(probesNow(asked), asked)
  } catch (error) {
    if (error instanceof Uncertain || error instanceof UserError) return []
    throw error
  }
}

/** Those of the questions that the account's own shell is asked. */
export const askedAs = ({ user }: As, questions: readonly Question[]): readonly Question[] =>
  questions.filter(({ as }) => as.user === user)

/**
 * Asks stage by stage until the module asks nothing new, and gives the answers under the probes'
 * names. A question that failed throws; what a dry run cannot know throws when it is read.
 */
export const actualOf = async (
  asked: Asked,
  ahead: () => Promise<readonly Question[]>,
): Promise<Readonly<Record<string, unknown>>> => {
  for (let stage = 0; stage <= STAGES; stage++) {
    const actual = answered(asked)
    if (actual !== undefined) return actual
    await asked.state.ask(openQuestions(probesNow(asked), asked), await ahead())
  }
  throw new Error(`module ${asked.module.name} keeps asking new questions`)
}

/** The answers, where none is open any more. Throws Uncertain. */
export const answered = (asked: Asked): Readonly<Record<string, unknown>> | undefined => {
  const probes = probesNow(asked)
  return openQuestions(probes, asked).length === 0 ? snapshot(probes, asked) : undefined
}

const snapshot = (probes: Probes, { state, as }: Asked): Readonly<Record<string, unknown>> => {
  const actual: Record<string, unknown> = {}
  for (const [name, probe] of Object.entries(probes)) {
    // A question that was left out, such as one about a file that is not there, has no answer.
    try {
      actual[name] = probe === undefined ? null : state.value({ probe, as })
    } catch (error) {
      if (!(error instanceof Uncertain) && !(error instanceof UserError)) throw error
      const get = (): never => {
        throw error
      }
      Object.defineProperty(actual, name, { enumerable: true, get })
    }
  }
  return actual
}
