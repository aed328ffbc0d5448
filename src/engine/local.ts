import { UserError } from '../core/error.ts'

/** Reads something on the controller; what the system refuses is a mistake that the user can mend. */
export const readingLocally = async <T>(file: string, work: () => T | Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (!isOfTheSystem(error)) throw error
    throw new UserError('E_FILE_UNREADABLE', `"${file}" cannot be read: ${error.message}`, {
      cause: error,
    })
  }
}

const isOfTheSystem = (error: unknown): error is NodeJS.ErrnoException =>
  typeof error === 'object' && error !== null && 'syscall' in error
