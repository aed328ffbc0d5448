import type { Event } from '../../core/event.ts'
import type { Node } from '../../language/play.ts'
import { Foreknown, STILL_THERE } from '../ahead/foreknown.ts'
import { NotYet } from '../ahead/passover.ts'
import { writes } from '../ahead/results.ts'

type Tell = () => Event
/** Given the hosts that take part in the task. */
type Announce = (hosts: readonly string[]) => Event

/** What hosts have to tell of one task. */
interface Told {
  /** By host: how it would announce the task. */
  readonly begun: Map<string, Announce>
  readonly waiting: Tell[]
  isAnnounced: boolean
}

export interface Ordering {
  /** In the order in which the first of them announces a task. */
  readonly hosts: readonly string[]
  /** What they go through, each at its own pace. */
  readonly nodes: readonly Node[]
  readonly emit: (event: Event) => void
  /** Called when a host has come to a place, and when all have. */
  readonly onPlace: (host: string, place: number) => void
  readonly onReached: (place: number) => void
}

/**
 * Keeps the order of tasks while hosts go ahead of each other: what they tell is told task by task,
 * and a host can wait until the others have done what comes before its task.
 */
export class Order {
  readonly #ordering: Ordering
  readonly #places: ReadonlyMap<Node, number>
  /** Where each host is; at the end when it is through. */
  readonly #at: Map<string, number>
  readonly #end: number
  readonly #hostsAt: number[]
  readonly #told: readonly Told[]
  /** What their tasks register and set. */
  readonly written: readonly string[]
  readonly #foreknown = new Foreknown()
  /** Hosts that have read what decides over the task that they are at. */
  readonly #decided = new Set<string>()
  #waiting: readonly { readonly place: number; readonly resume: () => void }[] = []
  /** The first place that any host is at. */
  #reached = 0

  constructor(ordering: Ordering) {
    const { hosts } = ordering
    const nodes = ordering.nodes.flatMap(withinBlocks)
    this.#ordering = ordering
    // Place 0 is before the first of them.
    this.#places = new Map(nodes.map((node, i) => [node, i + 1]))
    this.#at = new Map(hosts.map(host => [host, 0]))
    this.#end = nodes.length + 1
    this.#hostsAt = [hosts.length, ...nodes.map(() => 0), 0]
    this.#told = this.#hostsAt.map(() => ({ begun: new Map(), waiting: [], isAnnounced: false }))
    this.written = nodes.flatMap(node => (node.kind === 'task' ? (writes(node) ?? []) : []))
    this.#foreknown.forget(new Set(hosts), this.written)
    for (const host of hosts) ordering.onPlace(host, 0)
  }

  /** The host has done what comes before the node. */
  reach(host: string, node: Node): void {
    const place = this.#places.get(node)
    if (place !== undefined) this.#move(host, place)
  }

  /** The host has gone through all, or takes no further part. */
  end(host: string): void {
    this.#move(host, this.#end)
  }

  /** How the host announces its task; the first that takes part in a task does. */
  announce(host: string, announce: Announce): void {
    const place = this.#placeOf(host)
    this.#told[place]?.begun.set(host, announce)
    this.#tellOf(place)
  }

  tell(host: string, tell: Tell): void {
    const place = this.#placeOf(host)
    this.#told[place]?.waiting.push(tell)
    this.#tellOf(place)
  }

  isTurn(host: string): boolean {
    return this.#placeOf(host) <= this.#reached
  }

  /** Waits until the others have done what comes before the host's task. */
  async waitForOthers(host: string): Promise<void> {
    const place = this.#placeOf(host)
    if (!this.isTurn(host))
      await new Promise<void>(resume => (this.#waiting = [...this.#waiting, { place, resume }]))
  }

  /** Whether nothing that the host reads from here on decides over what it does at its task. */
  decided(host: string, isDecided: boolean): void {
    if (isDecided) this.#decided.add(host)
    else this.#decided.delete(host)
  }

  /** Throws NotYet where the host reads, ahead of its turn, what others may still have to write. */
  onRead(reader: string): (name: string, host: string) => void {
    const heed = this.#foreknown.onRead(reader)
    return (name, host) => {
      if (this.isTurn(reader) || this.#decided.has(reader)) return
      if (STILL_THERE.includes(name)) throw new NotYet(name)
      if (host !== reader) heed(name, host)
    }
  }

  #placeOf(host: string): number {
    return this.#at.get(host) ?? this.#end
  }

  #move(host: string, place: number): void {
    const from = this.#placeOf(host)
    if (place <= from) return
    this.#decided.delete(host)
    this.#at.set(host, place)
    this.#hostsAt[from] = (this.#hostsAt[from] ?? 0) - 1
    this.#hostsAt[place] = (this.#hostsAt[place] ?? 0) + 1
    this.#ordering.onPlace(host, place)
    while (this.#reached < this.#end && this.#hostsAt[this.#reached] === 0) {
      this.#tellOf(this.#reached)
      this.#reached++
      this.#ordering.onReached(this.#reached)
    }
    // A host that has just come to a task has still to say how it would announce it.
    if (this.#reached < place || place === this.#end) this.#tellOf(this.#reached)
    const [now, later] = [this.#reached, this.#waiting]
    this.#waiting = later.filter(it => it.place > now)
    for (const { place: at, resume } of later) if (at <= now) resume()
  }

  /** Tells of a place what there is to tell, once all hosts have come to it. */
  #tellOf(place: number): void {
    const told = this.#told[place]
    if (told === undefined || place > this.#reached) return
    const { emit, hosts } = this.#ordering
    if (!told.isAnnounced && told.begun.size > 0) {
      const begun = hosts.filter(host => told.begun.has(host))
      const [announce] = begun.flatMap(host => told.begun.get(host) ?? [])
      if (announce !== undefined) emit(announce(begun))
      told.isAnnounced = true
    }
    for (const tell of told.waiting.splice(0)) emit(tell())
  }
}

const withinBlocks = (node: Node): readonly Node[] =>
  node.kind === 'block' ? node.tasks.flatMap(withinBlocks) : [node]
