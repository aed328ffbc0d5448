import type { Readable, Writable } from 'node:stream'

/** One command running on a machine, with its three streams. */
export interface Channel {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Settles when the command has ended and its output was read, or when the connection died. */
  readonly ended: Promise<Ended>
  close(): void
}

/** How a command ended: with an exit code, or with what happened to the connection. */
export interface Ended {
  readonly code: number | undefined
  readonly cause: Error | undefined
}

/** What commands can be started on: an SSH connection, or this machine. */
export interface Transport {
  /** The account that commands run as. */
  readonly user: string
  /** Settles when the connection has ended, whoever ended it. */
  readonly lost: Promise<void>
  exec(command: string): Promise<Channel>
  close(): Promise<void>
}
