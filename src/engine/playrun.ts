import { formatPosition, UserError } from '../core/error.ts'
import type { Event } from '../core/event.ts'
import type { Play } from '../language/play.ts'
import type { Heard } from './due.ts'
import { LOCAL } from './fleet.ts'
import { Handlers } from './handlers.ts'
import type { HostRun } from './hosts.ts'
import { runNodes } from './nodes.ts'
import { admit } from './oversee.ts'
import type { Run } from './run.ts'
import { flag } from './keywords.ts'
import { LastingChanges } from './lasting.ts'
import type { Order } from './order/order.ts'
import { PlayView } from './playview.ts'

/** One batch of hosts going through one play. */
export class PlayRun extends PlayView {
  readonly hosts: readonly HostRun[]
  readonly handlers: Handlers
  readonly lasting = new LastingChanges()
  /** Whether handlers due run on hosts that failed, too. */
  readonly forcesHandlers: boolean
  /** What earlier runs have left due, by host and account. */
  readonly heard = new Map<string, Heard>()
  /** While hosts go ahead of each other: what keeps the order of their tasks. */
  order: Order | undefined
  readonly #names: readonly string[]
  #lost: readonly string[] = []
  /** The machines of the hosts, once they have been asked for. */
  #targets: ReadonlyMap<string, string> | undefined
  #ended = false

  /** `names` are all of the play's hosts, `hosts` those of the batch that still take part. */
  constructor(
    run: Run,
    play: Play,
    { hosts, names }: { hosts: readonly HostRun[]; names: readonly string[] },
  ) {
    super(run, play)
    this.hosts = hosts
    this.#names = names
    this.handlers = new Handlers(play.handlers)
    const { forceHandlers } = play
    this.forcesHandlers =
      run.options.forceHandlers || flag(run.services.variables.playScope(play), forceHandlers)
    this.#tell()
  }

  /** Says what happened on a host, when it is the turn of the task that the host is at. */
  tell({ name }: HostRun, tell: () => Event): void {
    if (this.order === undefined) this.run.services.sink.emit(tell())
    else this.order.tell(name, tell)
  }

  /** Lets the variables of the play know of hosts that failed since; of those that failed `by` now. */
  tellLost(by: (host: HostRun) => boolean = () => true): void {
    const hosts = this.#names.map(name => this.run.host(name))
    const lost = hosts.filter(host => host.isLost && by(host)).map(({ name }) => name)
    if (lost.join() === this.#lost.join()) return
    this.#lost = lost
    this.#tell()
  }

  /** What was done ahead of turns that do not come: the run was interrupted, or a proof before them failed. */
  tellUntold(host: HostRun): void {
    const { name, carried } = host
    const places = carried.untold().map(({ at }) => formatPosition(at))
    if (places.length === 0) return
    const message = `${name}: changed ahead of tasks whose turn did not come: ${places.join(', ')}`
    this.tell(host, () => ({ kind: 'warning', message, at: undefined }))
  }

  #tell(): void {
    const batch = this.hosts.map(({ name }) => name)
    this.run.services.variables.setBatch(batch, this.#names, this.#lost)
  }

  get firstActive(): HostRun | undefined {
    return this.hosts.find(host => host.active)
  }

  /** Whether a failure here ends the run's later batches and plays for everybody. */
  get isFatal(): boolean {
    return this.hosts.every(host => host.isLost)
  }

  /** Whether each host of the batch is a machine of its own, and none the controller. */
  get areApart(): boolean {
    const targets = [...this.#machines.values()]
    return new Set(targets).size === targets.length && !targets.includes(LOCAL)
  }

  /** Whether no other host of the batch is the same machine under another name. */
  isAlone({ name }: HostRun): boolean {
    const target = this.#machines.get(name)
    return [...this.#machines].every(([other, its]) => other === name || its !== target)
  }

  get #machines(): ReadonlyMap<string, string> {
    this.#targets ??= new Map(this.hosts.map(host => [host.name, this.#machineOf(host)]))
    return this.#targets
  }

  #machineOf({ name }: HostRun): string {
    try {
      return this.run.fleet.targetOf(name, this.scopeOfHost(name))
    } catch (error) {
      // A host that cannot be reached for a mistake in its variables tells so at its own turn.
      if (error instanceof UserError) return `${name} `
      throw error
    }
  }

  /** By `meta: end_play`, or by Ctrl-C. */
  get ended(): boolean {
    return this.#ended || this.run.interrupted
  }

  end(): void {
    this.#ended = true
  }

  endBatch(): void {
    for (const host of this.hosts) if (host.active) host.out = 'ended'
  }

  clearErrors(): void {
    for (const host of this.hosts)
      if (host.out !== 'ended' && host.out !== 'stopped') host.out = undefined
  }

  /** Runs its tasks and the handlers that they notify. */
  async perform(): Promise<void> {
    const frame = this.frame(this.nodes())
    admit(this, frame)
    await runNodes(this, this.hosts, frame)
    await this.lasting.check(this, frame)
    for (const host of this.hosts) this.tellUntold(host)
    for (const host of this.hosts) if (host.out === 'ended') host.out = undefined
  }
}
