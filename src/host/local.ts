import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { userInfo } from 'node:os'
import type { Channel, Ended, Transport } from './channel.ts'

/** This machine: commands run as children, through the same driver as everywhere. */
export const localTransport = (shell = 'sh', env = process.env): Transport => {
  const open = new Map<Channel, ChildProcess>()
  return {
    user: userInfo().username,
    lost: new Promise<void>(() => undefined),
    async exec(command) {
      // A session of its own: Ctrl-C at the terminal is ours to pass on, in order.
      const child = spawn(shell, ['-c', `exec ${command}`], { detached: true, env })
      await once(child, 'spawn')
      const ended = new Promise<Ended>(resolve => {
        child.once('close', code => {
          resolve({ code: code ?? undefined, cause: undefined })
        })
      })
      const { stdin, stdout, stderr } = child
      // A write to a command that has ended is found by `ended`.
      stdin.on('error', () => undefined)
      const close = (): void => {
        stdin.end()
      }
      const channel = { stdin, stdout, stderr, ended, close }
      open.set(channel, child)
      void ended.then(() => open.delete(channel))
      return channel
    },
    async close() {
      const all = [...open]
      for (const [channel] of all) channel.close()
      // What ignored everything else does not keep us here; cleaning up takes a busy machine seconds.
      const timer = setTimeout(() => {
        for (const [, child] of all) child.kill('SIGKILL')
      }, 10_000)
      await Promise.all(all.map(([channel]) => channel.ended))
      clearTimeout(timer)
    },
  }
}
