import type { Task } from '../../language/play.ts'
import type { Scope } from '../../language/scope.ts'
import type { HostRun } from '../hosts.ts'
import type { Outcome } from '../outcome.ts'
import type { PlayRun } from '../playrun.ts'
import type { Standing } from '../task.ts'
import { show } from '../values.ts'

/** What an action is given: its evaluated arguments, on whose behalf it acts. */
export interface ActionTurn {
  readonly play: PlayRun
  readonly task: Task
  readonly host: HostRun
  readonly scope: Scope
  readonly args: Readonly<Record<string, unknown>>
  readonly standing: Standing
}

/** A task that acts on the run itself. */
export interface Action {
  /** The argument that takes free text, as in `meta: flush_handlers`. */
  readonly freeForm?: string
  run(turn: ActionTurn): Promise<Outcome> | Outcome
}

/** An outcome that changed nothing. */
export const ok = (fields: Readonly<Record<string, unknown>> = {}): Outcome => ({
  kind: 'ok',
  result: new Map<string, unknown>([
    ['changed', false],
    ['failed', false],
    ...Object.entries(fields),
  ]),
})

/** The argument as a list: nothing, one, or several. */
export const listOf = (value: unknown): readonly unknown[] => {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? (value as unknown[]) : [value]
}

/** The argument as text; undefined when nobody gave it. */
export const textOf = (value: unknown): string | undefined =>
  value === undefined || value === null ? undefined : show(value)
