import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

// flock(1) holds the lock for as long as its standard input is open: when we are killed the kernel
// closes the pipe, so that a lock can never be left behind.
const HOLD = ['-c', 'echo locked; exec cat >/dev/null']

/** Does `work` while holding an exclusive lock on `file`, which is created when missing. */
export const withLock = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  await mkdir(dirname(file), { recursive: true })
  const holder = spawn('flock', ['--exclusive', file, 'sh', ...HOLD], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const gone = once(holder, 'close')
  await Promise.race([once(holder.stdout, 'data'), gone])
  if (holder.exitCode !== null) throw new Error(`flock could not lock ${file}`)
  try {
    return await work()
  } finally {
    holder.stdin.end()
    await gone
  }
}
