import { randomBytes } from 'node:crypto'
import type { Channel, Ended } from './channel.ts'

/** What the driver says of itself when it is ready. */
export interface Greeting {
  readonly pid: number
  /** How it reads exactly so many bytes: `head`, or `dd`, or `dd1` (byte by byte). */
  readonly reader: string
  /** What the host lacks, if anything; the driver has ended then. */
  readonly lacks: readonly string[]
  /** Its private directory. */
  readonly directory: string
}

/** A command that ended, or went silent, before the driver's greeting. */
export interface NoGreeting {
  /** Undefined when it went silent. */
  readonly ended: Ended | undefined
  /** What it said, cut to a few KiB. */
  readonly said: string
  /** How often it has asked for the password. */
  readonly asked: number
}

/** A password, sent once after exactly this prompt was seen on the error stream. */
export interface PromptedPassword {
  readonly prompt: string
  readonly password: string
}

/** A word that no login script prints by chance. */
export const randomWord = (prefix: string): string => `${prefix}-${randomBytes(12).toString('hex')}`

const NOISE_LIMIT = 4 * 1024 * 1024
const SAID_LIMIT = 4096

/** Waits for the driver's greeting; the bytes before it (login scripts, banners) are discarded. */
export const greet = (
  channel: Channel,
  expected: { greeting: string; seconds: number; prompted?: PromptedPassword | undefined },
): Promise<Greeting | NoGreeting> =>
  new Promise(resolve => {
    const { greeting, seconds, prompted } = expected
    const { stdout, stderr, stdin } = channel
    let [seen, complaints, asked, noise] = ['', '', 0, 0]
    const settle = (result: Greeting | NoGreeting): void => {
      clearTimeout(timer)
      stdout.off('data', onOutput)
      stderr.off('data', onComplaint)
      resolve(result)
    }
    const give = (ended: Ended | undefined): void => {
      const said = `${complaints}${seen}`.slice(0, SAID_LIMIT).trim()
      settle({ ended, said, asked })
    }
    const timer = setTimeout(give, seconds * 1000, undefined)
    const onOutput = (chunk: Buffer): void => {
      noise += chunk.length
      seen = `${seen}${chunk.toString('latin1')}`
      const found = readGreeting(seen, greeting)
      if (found) settle(found)
      else if (noise > NOISE_LIMIT) give(undefined)
      else seen = seen.slice(-SAID_LIMIT)
    }
    const onComplaint = (chunk: Buffer): void => {
      complaints = `${complaints}${chunk.toString()}`.slice(-SAID_LIMIT)
      if (!prompted || !complaints.includes(prompted.prompt)) return
      complaints = complaints.replace(prompted.prompt, '')
      asked += 1
      if (asked === 1) stdin.write(`${prompted.password}\n`)
      else give(undefined)
    }
    stdout.on('data', onOutput)
    stderr.on('data', onComplaint)
    void channel.ended.then(give)
  })

const readGreeting = (seen: string, greeting: string): Greeting | undefined => {
  const start = seen.indexOf(`${greeting} ready `)
  const end = seen.indexOf('\n', start)
  if (start < 0 || end < 0) return undefined
  const [, , pid, reader = '', lacks = '-', ...directory] = seen.slice(start, end).split(' ')
  return {
    pid: Number(pid),
    reader,
    lacks: lacks.split(',').filter(name => name !== '' && name !== '-'),
    directory: directory.join(' '),
  }
}
