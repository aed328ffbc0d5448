import type { Outcome } from '../../core/change.ts'
import type { Task } from '../../language/play.ts'

/** What was carried out for a turn before it came. */
export interface Carried {
  readonly task: Task
  /** The item's place in its loop. */
  readonly index: number | undefined
  /** The answers that its changes were planned from. */
  readonly before: Readonly<Record<string, unknown>>
  readonly done: readonly Outcome[]
}

/** Turns of one host whose changes travelled with those of an earlier turn. */
export class CarriedTurns {
  readonly #turns = new Map<Task, Map<number | undefined, Carried>>()

  add(carried: Carried): void {
    const { task, index } = carried
    const items = this.#turns.get(task) ?? new Map<number | undefined, Carried>()
    this.#turns.set(task, items.set(index, carried))
  }

  /** The turn's own, which is handed out once. */
  take(task: Task, index: number | undefined): Carried | undefined {
    const items = this.#turns.get(task)
    const carried = items?.get(index)
    items?.delete(index)
    return carried
  }

  /** The tasks for which something was carried out, and whose turn never came. */
  untold(): readonly Task[] {
    const left = [...this.#turns].flatMap(([task, items]) => (items.size > 0 ? [task] : []))
    this.#turns.clear()
    return left
  }
}
