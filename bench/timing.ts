import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** One way to do a case's work: a whole command, as a user would type it. */
export interface Contender {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Throws where what the command printed is not what it should do. */
  readonly check?: (printed: string) => void
  /** Exit codes that are no failure; 0 alone unless given. */
  readonly codes?: readonly number[]
  /** Before each turn and not timed: puts things back. */
  readonly prepare?: () => Promise<void>
}

/** What one turn took. */
export interface Turn {
  readonly seconds: number
  /** The most memory that the command's own process held, in MiB. */
  readonly mebibytes: number
  readonly printed: string
}

export type Turns = ReadonlyMap<string, readonly Turn[]>

/** How turns are taken. */
export interface Taking {
  /** How often each is timed. */
  readonly rounds: number
  /** Ends what is running. */
  readonly signal: AbortSignal
}

/** Lets all take turns, round after round, so that a noisy minute is everybody's. */
export const inTurns = async (
  contenders: readonly Contender[],
  { rounds, signal }: Taking,
): Promise<Turns> => {
  const turns = new Map<string, Turn[]>(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const contender of contenders) {
      const turn = await timed(contender, signal)
      turns.get(contender.name)?.push(turn)
      process.stderr.write(`  ${contender.name}: ${turn.seconds.toFixed(2)} s\n`)
    }
  return turns
}

const SAMPLES_MS = 50

/** Runs a command once; fails where it fails. */
export const timed = async (contender: Contender, signal: AbortSignal): Promise<Turn> => {
  const { name, command, cwd, env, check, prepare, codes = [0] } = contender
  await prepare?.()
  const [program, ...args] = command
  const start = process.hrtime.bigint()
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  })
  let [printed, complaints] = ['', '']
  child.stdout.on('data', (data: Buffer) => (printed += data.toString()))
  child.stderr.on('data', (data: Buffer) => (complaints += data.toString()))
  let mebibytes = 0
  const sampling = setInterval(() => {
    mebibytes = Math.max(mebibytes, peakOf(child.pid))
  }, SAMPLES_MS)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  }).finally(() => {
    clearInterval(sampling)
  })
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  if (code === null || !codes.includes(code))
    throw new Error(`${name} ended with ${code ?? 'a signal'}: ${complaints}${printed}`)
  check?.(printed)
  return { seconds, mebibytes, printed }
}

/** The most that a process has held so far, in MiB. */
const peakOf = (pid: number | undefined): number => {
  try {
    const status = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024
  } catch {
    // It has ended.
    return 0
  }
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}

/** The median over the rounds of one's time by another's in the same round. */
export const ratio = (turns: Turns, one: string, other: string): number => {
  const [mine, theirs] = [turns.get(one) ?? [], turns.get(other) ?? []]
  return median(mine.map(({ seconds }, round) => seconds / (theirs[round]?.seconds ?? Number.NaN)))
}
