import type { Change, Lasting } from '../core/change.ts'
import { UserError } from '../core/error.ts'
import { groupBy } from '../core/group.ts'
import { HostLost, type As } from '../core/wire.ts'
import type { MachineState, Question } from '../host/state.ts'
import type { Task } from '../language/play.ts'
import type { Frame } from './frame.ts'
import type { HostRun } from './hosts.ts'
import { failed } from './outcome.ts'
import type { PlayRun } from './playrun.ts'
import { settle } from './settle.ts'
import type { Turn } from './turn.ts'

/** A change that has to hold until the end of the play, and the task that made it. */
interface Noted extends Lasting {
  readonly task: Task
  readonly host: HostRun
  readonly state: MachineState
  readonly as: As
}

/** What a play has started: read once more at its end, so that nothing dies unnoticed. */
export class LastingChanges {
  readonly #noted = new Map<string, Noted>()

  /** A later change of the same thing takes the place of an earlier one. */
  note({ task, host, state, as }: Turn, changes: readonly Change[]): void {
    const { target } = state.machine
    for (const { effects, lasts } of changes) {
      for (const effect of effects)
        if (effect.kind === 'becomes') this.#noted.delete(`${target}\0${effect.key}`)
      if (lasts !== undefined)
        this.#noted.set(`${target}\0${lasts.probe.key}`, { ...lasts, task, host, state, as })
    }
  }

  /** Fails the tasks whose work has not lasted. */
  async check(play: PlayRun, frame: Frame): Promise<void> {
    const machines = groupBy(this.#noted.values(), ({ state }) => state)
    await Promise.all([...machines].map(([state, noted]) => checkOn(play, { state, noted, frame })))
    this.#noted.clear()
  }
}

interface OnMachine {
  readonly state: MachineState
  readonly noted: readonly Noted[]
  readonly frame: Frame
}

const checkOn = async (play: PlayRun, { state, noted, frame }: OnMachine): Promise<void> => {
  const questions = noted.map(({ probe, as }): Question => ({ probe, as }))
  for (const question of questions) state.forget(question)
  try {
    await state.ask(questions, [])
  } catch (error) {
    // A machine that is lost now has been reported, or is by whoever needs it next.
    if (error instanceof HostLost) return
    throw error
  }
  for (const { task, host, probe, as, holds } of noted) {
    const verdict = holds(state.value({ probe, as }))
    if (verdict === true) continue
    const item = {
      outcome: failed(new UserError('E_DIED', verdict)),
      label: null,
      value: null,
      locals: new Map<string, unknown>(),
      ms: 0,
    }
    settle(play, { task, host, done: { items: [item], loops: false }, frame, sharers: [host] })
  }
}
