import { NotYet } from './passover.ts'

/** Variables that facts bring along. */
export const FACTS = 'ansible_*'

/** Variables that tell which hosts still take part: tasks in between may lose some. */
export const STILL_THERE: readonly string[] = [
  'ansible_play_hosts',
  'ansible_play_batch',
  'play_hosts',
]

/** Variables that are about the run and the connection. */
const NO_FACT =
  /^ansible_(?:host|port|user|password|connection|timeout|version|limit|forks|verbosity|config_file|index_var|(?:ssh(?!_host_key_)|play|run|skip|check|diff|role|parent|dependent|inventory|search|failed)_\w+|(?:become|loop)(?:_\w+)?)$/

/** Whether a variable may come from facts. */
export const isFact = (name: string): boolean => name.startsWith('ansible_') && !NO_FACT.test(name)

type Hosts = ReadonlySet<string>

/** What tasks in between write: unknown until their turn, unless the answers tell it already. */
export class Foreknown {
  /** Whether tasks in between may write files of the controller that are read. */
  readonly mayWriteController: boolean
  /** By variable, the hosts of the tasks that write it. */
  readonly #written = new Map<string, Set<Hosts>>()
  /** By host. */
  readonly #known = new Map<string, Map<string, unknown>>()

  constructor({ mayWriteController = false } = {}) {
    this.mayWriteController = mayWriteController
  }

  /** Nobody knows yet what becomes of these variables of these hosts. */
  forget(hosts: Hosts, names: Iterable<string>): void {
    for (const name of names) {
      const written = this.#written.get(name) ?? new Set<Hosts>()
      this.#written.set(name, written.add(hosts))
      for (const [host, known] of this.#known) if (hosts.has(host)) drop(known, name)
    }
  }

  /** What a host's variables will be. */
  know(host: string, values: ReadonlyMap<string, unknown>): void {
    this.#known.set(host, new Map([...this.locals(host), ...values]))
  }

  /** The values that are known early, as variables of a host's task. */
  locals(host: string): ReadonlyMap<string, unknown> {
    return this.#known.get(host) ?? new Map()
  }

  /** Throws NotYet for a variable that nobody knows yet; `reader` is the host whose task reads it. */
  onRead(reader: string): (name: string, host: string) => void {
    const known = this.locals(reader)
    return (name, host) => {
      if (host === reader && known.has(name)) return
      if (this.#isWritten(name, host) || (isFact(name) && this.#isWritten(FACTS, host)))
        throw new NotYet(name)
    }
  }

  #isWritten(name: string, host: string): boolean {
    return [...(this.#written.get(name) ?? [])].some(hosts => hosts.has(host))
  }
}

const drop = (known: Map<string, unknown>, name: string): void => {
  known.delete(name)
  if (name === FACTS) for (const other of [...known.keys()]) if (isFact(other)) known.delete(other)
}
