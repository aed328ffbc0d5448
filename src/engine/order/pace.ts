import { NotYet } from '../ahead/passover.ts'
import type { HostRun } from '../hosts.ts'
import type { PlayRun } from '../playrun.ts'

/** How a host keeps to the order of tasks while it goes ahead of others. */
export interface Pace {
  /** For variables: throws NotYet where what is read is not known before the task's turn. */
  readonly onRead: ((name: string, host: string) => void) | undefined
  /** Waits until the others have done what comes before the task. */
  waitForOthers(): Promise<void>
  /** What the task does for this item is decided by what was read so far, or is no more. */
  decided(isDecided: boolean): void
  /** What evaluating comes to; once more at the task's turn where it cannot be known before. */
  inTurn<T>(evaluate: () => T | Promise<T>): Promise<T>
}

/** `whileWaiting` is what the host does not keep from others while it waits. */
export const paceOf = (
  play: PlayRun,
  { name }: HostRun,
  whileWaiting: (wait: () => Promise<void>) => Promise<void> = wait => wait(),
): Pace => {
  const { order } = play
  const waitForOthers = async (): Promise<void> => {
    if (order !== undefined && !order.isTurn(name))
      await whileWaiting(() => order.waitForOthers(name))
  }
  return {
    onRead: order?.onRead(name),
    waitForOthers,
    decided: isDecided => order?.decided(name, isDecided),
    async inTurn(evaluate) {
      try {
        return await evaluate()
      } catch (error) {
        if (!(error instanceof NotYet)) throw error
        await waitForOthers()
        return evaluate()
      }
    },
  }
}
