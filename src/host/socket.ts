import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { Duplex } from 'node:stream'
import { HostLost } from '../core/wire.ts'

/** Where a TCP connection goes to, and how long it may take. */
export interface Address {
  readonly host: string
  readonly port: number
  /** 0 for either family. */
  readonly family: 0 | 4 | 6
  readonly seconds: number
}

/** A TCP connection; E_UNREACHABLE says what the system says. */
export const tcp = async ({ host, port, family, seconds }: Address): Promise<Duplex> => {
  const socket = connect({ host, port, family, noDelay: true })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(seconds * 1000) })
    return socket
  } catch (cause) {
    socket.on('error', () => undefined)
    socket.destroy()
    throw unreachable(`${host}:${port}`, cause, seconds)
  }
}

/** The streams of a ProxyCommand, its tokens already expanded. */
export const proxied = (command: string): Duplex => {
  const child = spawn('sh', ['-c', `exec ${command}`], { stdio: ['pipe', 'pipe', 'inherit'] })
  const stream = Duplex.from({ writable: child.stdin, readable: child.stdout })
  stream.once('close', () => child.kill())
  return stream
}

const REASONS: Readonly<Record<string, { fact: string; hint: string }>> = {
  ECONNREFUSED: { fact: 'connection refused', hint: 'is sshd running, and on this port?' },
  ETIMEDOUT: { fact: 'timed out', hint: 'is the machine on, and does a firewall let us through?' },
  EHOSTUNREACH: { fact: 'no route to the host', hint: 'is the machine on, and the address right?' },
  ENETUNREACH: { fact: 'no route to its network', hint: 'is this machine on that network?' },
  ENOTFOUND: { fact: 'name not found', hint: 'correct the name, or set ansible_host' },
  EAI_AGAIN: { fact: 'name not found (the resolver does not answer)', hint: 'check DNS here' },
  ECONNRESET: { fact: 'connection reset', hint: 'does the SSH server turn us away?' },
}

/** E_UNREACHABLE with the system's reason and what to look at. */
export const unreachable = (target: string, cause: unknown, seconds: number): HostLost => {
  const inner = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause
  const timedOut = inner instanceof Error && inner.name === 'AbortError'
  const code = timedOut ? 'ETIMEDOUT' : ((inner as NodeJS.ErrnoException).code ?? '')
  const known = REASONS[code]
  const fact = known?.fact ?? (inner instanceof Error ? inner.message : String(inner))
  const after = code === 'ETIMEDOUT' ? ` after ${seconds} s` : ''
  const hint = known?.hint
  return new HostLost('E_UNREACHABLE', `${target}: ${fact}${after}`, { hint, cause })
}
