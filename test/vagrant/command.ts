import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { text } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'

export const ROOT = new URL('../..', import.meta.url).pathname

/** A program's words, and how it ended. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  /** Both of its outputs, in the order they came. */
  readonly output: string
}

interface Settings {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  readonly input?: string
  /** Minutes after which it counts as hanging. */
  readonly limit?: number
}

/** Where everything that is run here says its words, for whoever looks for what went wrong. */
export const LOG = `${ROOT}test-vagrant.log`
const log = createWriteStream(LOG)

/** Runs a program to its end, whatever that is. */
export const run = async (
  program: string,
  args: readonly string[],
  { cwd = ROOT, env = {}, input = '', limit = 90 }: Settings = {},
): Promise<Ended> => {
  log.write(`\n$ ${program} ${args.join(' ')}\n`)
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    signal: AbortSignal.timeout(limit * 60_000),
  })
  const chunks: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.pipe(log, { end: false })
  }
  // A program may end without having read it: how it ended is what counts.
  child.stdin.on('error', () => undefined).end(input)
  const [[code], stdout] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout),
  ])
  return { code: code ?? 1, stdout, output: readable(Buffer.concat(chunks).toString()) }
}

/** What a program prints, once it has succeeded. */
export const must = async (
  program: string,
  args: readonly string[],
  settings?: Settings,
): Promise<string> => {
  const { code, output, stdout } = await run(program, args, settings)
  if (code === 0) return stdout
  const words = output.trim().split('\n').slice(-30).join('\n')
  throw new Error(`${program} ${args.join(' ')} ended with code ${code}:\n${words}`)
}

// Vagrant writes a line of progress over itself again and again.
const readable = (output: string): string =>
  stripVTControlCharacters(output)
    .split('\n')
    .map(line => line.split('\r').at(-1) ?? '')
    .join('\n')
