import { UserError } from '../../core/error.ts'
import { Uncertain } from '../../core/uncertain.ts'
import { HostLost } from '../../core/wire.ts'

/** Thrown when a task ahead reads what a task in between may write: it is passed over. */
export class NotYet extends Error {}

/** A mistake or an uncertainty ahead is told at the task's own turn. */
export const passOver = <T>(error: unknown, otherwise: T): T => {
  if (
    error instanceof NotYet ||
    error instanceof Uncertain ||
    error instanceof UserError ||
    error instanceof HostLost
  )
    return otherwise
  throw error
}

/** What the work comes to, or `otherwise` where the task is to be passed over. */
export const passingOver = async <T>(work: () => Promise<T> | T, otherwise: T): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    return passOver(error, otherwise)
  }
}
