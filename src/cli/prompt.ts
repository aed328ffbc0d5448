import { createInterface, type Interface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { UserError } from '../core/error.ts'

/** How something is asked. */
export type Ask = (text: string, how: { readonly isPrivate: boolean }) => Promise<string>

/** Asks the person at the terminal; what they type is shown unless it is private. */
export const ask: Ask = async (text, { isPrivate }) => {
  if (!process.stdin.isTTY)
    throw new UserError('E_NO_TERMINAL', `cannot ask "${text}": there is no terminal`, {
      hint: 'give the value with --extra-vars or in a file',
    })
  let muted = false
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!muted) process.stderr.write(chunk as Buffer)
      done()
    },
  })
  const reader = createInterface({ input: process.stdin, output, terminal: true })
  try {
    const answer = reader.question(`${text}: `)
    muted = isPrivate
    return await Promise.race([answer, withoutAnswer(reader, text)])
  } finally {
    reader.close()
    if (isPrivate) process.stderr.write('\n')
  }
}

/** Ctrl-C and Ctrl-D: readline would leave the question open for good. */
const withoutAnswer = (reader: Interface, text: string): Promise<never> =>
  new Promise((_resolve, reject) => {
    reader.once('SIGINT', () => {
      process.stderr.write('\n')
      // Whoever has work going on stops it, as if the terminal had sent the signal.
      process.emit('SIGINT')
      reject(new UserError('E_INTERRUPTED', 'interrupted'))
    })
    reader.once('close', () => {
      reject(new UserError('E_NO_TERMINAL', `"${text}" was not answered`))
    })
  })
