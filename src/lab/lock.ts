import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * A lock that is held: an open file. The kernel ends the lock when all who have it open have closed
 * it or died, so that it is never left behind; a child that inherits it prolongs it.
 */
export interface Lock {
  readonly fd: number
}

/** Does `work` while holding an exclusive lock on `file`, which is created when missing. */
export const withLock = async <T>(file: string, work: (lock: Lock) => Promise<T>): Promise<T> => {
  const held = await acquire(file)
  try {
    return await work(held)
  } finally {
    await held.close()
  }
}

/** Removes the file of a lock, which the caller holds: who waits for it will make another. */
export const removeLock = (file: string): Promise<void> => rm(file, { force: true })

const acquire = async (file: string): Promise<FileHandle> => {
  for (;;) {
    await mkdir(dirname(file), { recursive: true })
    const handle = await open(file, 'a')
    try {
      await flock(handle, file)
      // While we waited its holder may have removed it, and another made a new one.
      if (await isStill(file, handle)) return handle
    } catch (error) {
      await handle.close()
      throw error
    }
    await handle.close()
  }
}

// The lock belongs to the open file, which is ours: it stays when flock(1) has ended.
const flock = async ({ fd }: FileHandle, file: string): Promise<void> => {
  const child = spawn('flock', ['--exclusive', '3'], { stdio: ['ignore', 'ignore', 'inherit', fd] })
  const [status] = (await once(child, 'close')) as [number | null]
  if (status !== 0) throw new Error(`flock could not lock ${file}`)
}

const isStill = async (file: string, handle: FileHandle): Promise<boolean> => {
  const [ours, named] = await Promise.all([handle.stat(), stat(file).catch(ifMissing)])
  return ours.ino === named?.ino && ours.dev === named.dev
}

const ifMissing = (error: unknown): undefined => {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}
