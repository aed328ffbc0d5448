import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { RunSummary } from '../core/event.ts'
import type { Holder } from '../host/index.ts'
import type { Play, Playbook } from '../language/play.ts'
import { Fleet } from './fleet.ts'
import { HostRun } from './hosts.ts'
import { askWhatIsLeft } from './oversee.ts'
import { PlayRun } from './playrun.ts'
import { promptFor } from './prompts.ts'
import { batchesOf } from './serial.ts'
import type { RunOptions, Services } from './services.ts'
import { toPlain } from './values.ts'

/** A whole run: its hosts, its machines and what it was asked to do. */
export class Run {
  readonly services: Services
  readonly options: RunOptions
  readonly fleet: Fleet
  readonly started = new Date()
  readonly holder: Holder
  readonly #hosts = new Map<string, HostRun>()
  #plays: readonly Play[] = []
  #last: PlayRun | undefined
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(services: Services, options: RunOptions) {
    this.services = services
    this.options = options
    this.fleet = new Fleet(services)
    this.holder = {
      who: options.controller,
      since: this.started.toISOString(),
      run: randomUUID(),
    }
    this.#free = Math.max(1, options.forks)
  }

  get hosts(): ReadonlyMap<string, HostRun> {
    return this.#hosts
  }

  get interrupted(): boolean {
    return this.options.signal.aborted
  }

  /** Runs the playbooks' plays one after the other. */
  async playbooks(playbooks: readonly Playbook[]): Promise<RunSummary> {
    const { sink } = this.services
    const start = performance.now()
    this.#plays = playbooks.flatMap(({ plays }) => plays)
    sink.emit({
      kind: 'run started',
      playbooks: playbooks.map(({ file }) => file),
      dryRun: this.options.dryRun,
    })
    try {
      for (const play of this.#plays)
        if (this.interrupted || (await this.#play(play)) === 'nobody is left') break
      if (this.#last !== undefined && !this.interrupted)
        askWhatIsLeft(this.#last, this.#hosts.values())
    } finally {
      await this.fleet.close()
    }
    const summary = this.#summary(Math.round(performance.now() - start))
    sink.emit({ kind: 'run ended', summary })
    return summary
  }

  /** A batch that has lost all of its hosts ends the whole run, as in Ansible. */
  async #play(play: Play): Promise<'goes on' | 'nobody is left'> {
    const names = this.hostsOf(play)
    this.services.sink.emit({ kind: 'play started', play: play.name, hosts: names })
    if (names.length === 0) return 'goes on'
    const prompted = await promptFor(play, this.services, this.options)
    this.services.variables.beginPlay(play, names, prompted)
    for (const batch of batchesOf(names, this.#serialOf(play))) {
      const hosts = batch.map(name => this.host(name)).filter(host => host.active)
      if (hosts.length === 0) continue
      const playRun = new PlayRun(this, play, { hosts, names })
      this.#last = playRun
      await playRun.perform()
      if (playRun.isFatal) return 'nobody is left'
      if (playRun.ended) break
    }
    return 'goes on'
  }

  #serialOf(play: Play): readonly unknown[] {
    const scope = this.services.variables.playScope(play)
    return play.serial.flatMap(raw => toPlain(scope.value(raw)))
  }

  /** The plays that come after one. */
  playsAfter(play: Play): readonly Play[] {
    return this.#plays.slice(this.#plays.indexOf(play) + 1)
  }

  /** The names of a play's hosts, as far as `--limit` leaves them. */
  hostsOf(play: Play): readonly string[] {
    const { inventory } = this.services
    const scope = this.services.variables.playScope(play)
    const value = toPlain(scope.value(play.hosts))
    const pattern = Array.isArray(value) ? value.join(',') : String(value)
    const { limit } = this.options
    return inventory.match(pattern).filter(name => limit === undefined || limit.has(name))
  }

  host(name: string): HostRun {
    let host = this.#hosts.get(name)
    if (host === undefined) this.#hosts.set(name, (host = new HostRun(name)))
    return host
  }

  /** Lets at most `forks` hosts work at the same time, first come first served. */
  async withFork<T>(work: () => Promise<T>): Promise<T> {
    await this.#takeFork()
    try {
      return await work()
    } finally {
      this.#giveFork()
    }
  }

  /** Lets another host work while one that has a fork only waits. */
  async withoutFork(waiting: () => Promise<void>): Promise<void> {
    this.#giveFork()
    try {
      await waiting()
    } finally {
      await this.#takeFork()
    }
  }

  async #takeFork(): Promise<void> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  #giveFork(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free++
    else next()
  }

  /** Waits so many seconds, or until Ctrl-C. */
  async sleep(seconds: number): Promise<void> {
    await wait(seconds * 1000, undefined, { signal: this.options.signal }).catch(() => undefined)
  }

  #summary(ms: number): RunSummary {
    const trips = (which: 'counted' | 'setup'): Map<string, number> =>
      new Map(
        [...this.#hosts.keys()].map(name => [
          name,
          this.fleet.known(name)?.machine.roundTrips[which] ?? 0,
        ]),
      )
    return {
      hosts: new Map([...this.#hosts].map(([name, host]) => [name, host.counts])),
      roundTrips: trips('counted'),
      setupRoundTrips: trips('setup'),
      interrupted: this.interrupted,
      ms,
    }
  }
}
