import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { UserError } from '../core/error.ts'
import type { Node, Play, Role, Task } from '../language/play.ts'
import type { Scope, ScopeRequest } from '../language/scope.ts'
import { FLUSH_HANDLERS, gatherFacts } from './builtin.ts'
import type { Heard } from './due.ts'
import type { Frame } from './frame.ts'
import { Handlers } from './handlers.ts'
import type { HostRun } from './hosts.ts'
import { runNodes } from './nodes.ts'
import { admit } from './oversee.ts'
import type { Run } from './run.ts'
import { flag } from './keywords.ts'
import { LastingChanges } from './lasting.ts'

type ScopeOptions = Partial<
  Pick<ScopeRequest, 'includeVars' | 'locals' | 'onRead' | 'onImpureLookup'>
>

/** One batch of hosts going through one play. */
export class PlayRun {
  readonly run: Run
  readonly play: Play
  readonly hosts: readonly HostRun[]
  readonly handlers: Handlers
  readonly lasting = new LastingChanges()
  /** Tasks ahead whose probes are asked for, by host: shrinks after a change, doubles without. */
  readonly windows = new Map<string, number>()
  /** Whether handlers due run on hosts that failed, too. */
  readonly forcesHandlers: boolean
  /** What earlier runs have left due, by host and account. */
  readonly heard = new Map<string, Heard>()
  readonly #names: readonly string[]
  #lost: readonly string[] = []
  #ended = false

  /** `names` are all of the play's hosts, `hosts` those of the batch that still take part. */
  constructor(
    run: Run,
    play: Play,
    { hosts, names }: { hosts: readonly HostRun[]; names: readonly string[] },
  ) {
    this.run = run
    this.play = play
    this.hosts = hosts
    this.#names = names
    this.handlers = new Handlers(play.handlers)
    const { forceHandlers } = play
    this.forcesHandlers =
      run.options.forceHandlers || flag(run.services.variables.playScope(play), forceHandlers)
    this.#tell()
  }

  /** Lets the variables of the play know of hosts that failed since. */
  tellLost(): void {
    const lost = this.#names.filter(name => this.run.host(name).isLost)
    if (lost.join() === this.#lost.join()) return
    this.#lost = lost
    this.#tell()
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

  /** Facts, then section after section, handlers flushed after each. */
  async perform(): Promise<void> {
    const nodes: Node[] = []
    const gathers = this.play.gatherFacts
    if (gathers === undefined || flag(this.run.services.variables.playScope(this.play), gathers))
      nodes.push(gatherFacts(this.play))
    for (const section of this.play.sections) nodes.push(...section, FLUSH_HANDLERS)
    const frame = this.frame(nodes)
    admit(this, frame)
    await runNodes(this, this.hosts, frame)
    await this.lasting.check(this, frame)
    for (const host of this.hosts) if (host.out === 'ended') host.out = undefined
  }

  /** The outermost frame of a list of nodes. */
  frame(nodes: readonly Node[], handler = false): Frame {
    return {
      nodes,
      next: 0,
      parent: undefined,
      includeVars: [],
      locals: new Map(),
      rescued: false,
      handler,
    }
  }

  /** The variables of a task or include on a host. */
  scope(host: string, node: Node, options: ScopeOptions = {}): Scope {
    const { keywords, role, directory } = node
    const request = { host, play: this.play, keywords, role, directory, ...options }
    return this.run.services.variables.scope(request)
  }

  /** The variables of a host by itself: how to reach a delegate. */
  scopeOfHost(host: string): Scope {
    const { play } = this
    const { directory } = play
    const request = { host, play, keywords: undefined, role: undefined, directory }
    return this.run.services.variables.scope(request)
  }

  /**
   * A file of a task: in its role's directory of that kind, beside the task, in the playbook's.
   * Throws UserError that names the places looked at.
   */
  find(task: Pick<Task, 'role' | 'directory' | 'at'>, kind: FileKind, name: string): string {
    const places = isAbsolute(name)
      ? [name]
      : searchPath(task.role, task.directory, this.play.directory, kind).map(dir => join(dir, name))
    const found = places.find(place => existsSync(place))
    if (found !== undefined) return found
    throw new UserError('E_FILE_MISSING', `no such file: ${name}`, {
      at: task.at,
      hint: `looked for ${places.join(', ')}`,
    })
  }
}

export type FileKind = 'files' | 'templates' | 'vars' | 'tasks'

/** The directories in which a task's files are looked for, first found first taken. */
const searchPath = (
  role: Role | undefined,
  task: string,
  playbook: string,
  kind: FileKind,
): string[] => {
  const roots = role === undefined ? [] : [role.directory]
  return [...new Set([...roots, task, playbook].flatMap(root => [join(root, kind), root]))]
}
