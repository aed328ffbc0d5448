import type { Controller } from '../core/controller.ts'
import type { OverseenTurn } from '../core/overseer.ts'
import type { As } from '../core/wire.ts'
import type { MachineState, Question } from '../host/state.ts'
import type { Task } from '../language/play.ts'
import type { Scope } from '../language/scope.ts'
import type { HostRun } from './hosts.ts'
import type { PlayRun } from './playrun.ts'
import type { ComingTurn } from './together/coming.ts'

/** One task's turn on one host, for one item where it loops. */
export interface Turn {
  readonly play: PlayRun
  readonly task: Task
  readonly host: HostRun
  readonly scope: Scope
  /** The machine that the task works on: the host's, or its delegate's. */
  readonly state: MachineState
  readonly as: As
  /** Plan only: a dry run, or `check_mode: true`. */
  readonly dry: boolean
  /** The user says that it changes nothing: `changed_when: false` and `check_mode: false`. */
  readonly onlyReads: boolean
  readonly controller: Controller
  /** The name of the machine's own inventory host: the delegate, where there is one. */
  readonly on: string
  /** Handlers that a change notifies, as they are kept on the host until they have run. */
  readonly notifies: readonly string[]
  /** The run's overseer in this turn. */
  readonly overseen: OverseenTurn | undefined
  /** The item's place in the task's loop. */
  readonly index: number | undefined
  /** Waits until the other hosts have done what comes before the task. */
  readonly waitForOthers: () => Promise<void>
  /** The probes of the tasks ahead, to be asked in the same round trip. */
  readonly ahead: () => Promise<readonly Question[]>
  /** The turns that the host takes next, as far as that is certain. */
  readonly coming: () => AsyncIterable<ComingTurn>
}
