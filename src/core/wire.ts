import type { Script, Words } from './shell.ts'

/** Bytes whose size is known before they are read, so that they can be streamed in a frame. */
export interface Source {
  /** In bytes. */
  readonly size: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
  /** Octal digits of a controller's file, for `mode: preserve`; undefined for what is no file. */
  readonly mode?: string
  /**
   * Exactly `size` bytes, piece by piece, each of which holds until the next is asked for; may be
   * opened more than once.
   */
  open(): Iterable<Buffer> | AsyncIterable<Buffer>
}

/** All bytes of a source that is small enough to be held in memory. */
export const wholeOf = async (source: Source): Promise<Buffer> => {
  const pieces: Buffer[] = []
  for await (const piece of source.open()) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

/** The account that a request runs as; `undefined` is the account that logged in. */
export interface As {
  readonly user: string | undefined
}

/** One script for a machine's shell. */
export interface Request {
  readonly script: Script
  /** Streamed to the script's standard input in place of the script's own input. */
  readonly source?: Source
  /** Seconds until the request's process group is killed and the request fails; no limit without. */
  readonly timeLimit?: number
  /**
   * Present for the user's own commands: they get the account's login environment and these
   * variables. Our own scripts run under LC_ALL=C with a fixed directory, umask and PATH.
   */
  readonly environment?: Readonly<Record<string, string>>
  /** It only asks: it may share a process group with its neighbours, and be asked once more alone. */
  readonly isQuestion?: boolean
  /** What it brings about lasts as long as the shell: where it succeeded there, it is not run again. */
  readonly oncePerShell?: boolean
  /** Not run when an earlier request of the same `run` call failed (its output has code -1). */
  readonly afterSuccess?: boolean
  /** Exit codes that are no failure for a later `afterSuccess` ([0] without). */
  readonly codes?: readonly number[] | 'any'
}

/** What a request gave back; bounded data from a host, never trusted and never evaluated. */
export interface Output {
  /** The script's exit code; 128 + n when signal n ended it; -1 when it was not run. */
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: Buffer
  /** Milliseconds that the script itself took, measured on the host where it can be. */
  readonly ms: number
  /** True when the time limit ended it. */
  readonly timedOut: boolean
}

/** What talking to one machine has cost so far; a round trip is a write sent after waiting for an answer. */
export interface RoundTrips {
  /** From the driver's greeting on. */
  readonly counted: number
  /** Connecting, authenticating, becoming another user. */
  readonly setup: number
  /** Milliseconds in which an answer was awaited, logging in included. */
  readonly waitedMs: number
  /** Milliseconds of these that scripts took, as the host measures them: in hundredths of a second. */
  readonly remoteMs: number
  /** Bytes written to framed shells, before they are encrypted, and read from them. */
  readonly sentBytes: number
  readonly receivedBytes: number
}

/** What is behind a connection: several names of an inventory may share one. */
export interface Machine {
  /** The connection's target, such as `root@192.0.2.7:22` or `local`. */
  readonly target: string
  readonly roundTrips: RoundTrips
  /**
   * Sends the requests in one write to the account's framed shell, runs them in order and gives
   * one output for each. Throws HostLost when the machine dies before the last answer.
   */
  run(requests: readonly Request[], as: As): Promise<readonly Output[]>
  /**
   * Connects and logs in for requests that will come: the first of them is told what failed. Settles
   * when there is nothing to do for it but to wait for the machine.
   */
  anticipate?(as: As): Promise<void>
  /** Opens a second connection of its own, runs the script there as the account and closes it again. */
  knock(script: Words, as?: As): Promise<Output>
  /** Drops shells and connection; the next request opens new ones. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** A machine that could not be reached, or that died; the run goes on without it. */
export class HostLost extends Error {
  readonly code: string
  readonly hint: string | undefined
  /** Whether requests had been sent whose answers never came, so what they did is unknown. */
  readonly inFlight: boolean

  constructor(
    code: string,
    message: string,
    details: { hint?: string | undefined; inFlight?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause })
    this.name = 'HostLost'
    this.code = code
    this.hint = details.hint
    this.inFlight = details.inFlight ?? false
  }
}
