import type { Inputs } from '../core/inputs.ts'
import { Evaluator, type Decrypt } from './evaluator.ts'
import type { Hosts } from './hosts.ts'
import { Layers, taskLayers } from './layers.ts'
import { ComputedMap } from './lazy.ts'
import type { RunFacts } from './magic.ts'
import type { Play, Role, VarsLayer } from './play.ts'
import { Resolver, type Layer, type Surroundings } from './resolver.ts'
import type { Scope, ScopeRequest, Variables } from './scope.ts'
import { SearchPath } from './searchpath.ts'
import { TaskScope } from './taskscope.ts'
import { Trail } from './trail.ts'
import type { RawMap } from './value.ts'
import { VarsFiles } from './varsfiles.ts'

/** What variables are made of besides playbooks. */
export interface VariablesOptions extends Partial<RunFacts> {
  /** The inventory. */
  readonly inventory: Hosts
  /** `--extra-vars`, as `readExtraVars` gives them. */
  readonly extraVars?: RawMap
  /** Opens `!vault` values and encrypted files; without it they are errors. */
  readonly decrypt?: Decrypt | undefined
  /** Told of each secret in clear that comes up: from the vault, from `lookup('password')`. */
  readonly onSecret?: ((text: string) => void) | undefined
  /** Told of each text that was made of another one-way: what is made of a secret is one. */
  readonly onDerived?: ((from: string, made: string) => void) | undefined
  /** Told of the files, environment variables and outputs that templates read. */
  readonly inputs?: Inputs | undefined
  /** The run's start; `now()` and times in names of lookups count from it. */
  readonly now?: Date
}

// The controller exists without being named.
const IMPLICIT = ['localhost', '127.0.0.1', '::1']

/** The variables of a run: Ansible's 22 levels, each resolved when a task reads it. */
export const createVariables = (options: VariablesOptions): Variables => new RunVariables(options)

class RunVariables implements Variables {
  readonly #hosts: Hosts
  readonly #extra: Layer
  readonly #layers: Layers
  readonly #varsFiles: VarsFiles
  readonly #evaluator: Evaluator
  readonly #now: Date
  readonly #madeUp: Surroundings['madeUp']
  readonly #told: Pick<VariablesOptions, 'onSecret' | 'onDerived' | 'inputs'>

  constructor(options: VariablesOptions) {
    const {
      inventory,
      extraVars = new Map(),
      decrypt,
      onSecret,
      inputs,
      now = new Date(),
    } = options
    this.#hosts = inventory
    this.#extra = extraVars
    this.#layers = new Layers(withDefaults(options), inventory)
    this.#varsFiles = new VarsFiles({ decrypt, onSecret, inputs })
    this.#evaluator = new Evaluator({ decrypt, onSecret, inputs })
    this.#now = now
    this.#madeUp = options.checkMode === true ? new Map() : undefined
    this.#told = { onSecret, inputs, onDerived: options.onDerived }
  }

  scope(request: ScopeRequest): Scope {
    return new TaskScope(this.#task(request))
  }

  playScope(play: Play): Scope {
    const surroundings = this.#surroundings('', [play.directory])
    const resolver = new Resolver(surroundings, () => [
      this.#hostvarsLayer(surroundings),
      this.#layers.playMagic(play),
      this.#layers.runMagic(),
      this.#extra,
      this.#layers.prompted(),
      play.vars?.vars ?? new Map(),
    ])
    return new TaskScope(resolver)
  }

  setFacts(host: string, facts: ReadonlyMap<string, unknown>): void {
    this.#layers.store(host).addFacts(facts)
  }

  register(host: string, name: string, value: unknown): void {
    this.#layers.store(host).setResult(name, value)
  }

  setFact(host: string, name: string, value: unknown): void {
    this.#layers.store(host).setResult(name, value)
  }

  holdBack(host: string, place: number | undefined): void {
    this.#layers.store(host).holdBack(place)
  }

  show(host: string, place: number): void {
    this.#layers.store(host).show(place)
  }

  includeVars(host: string, layer: VarsLayer): void {
    for (const [name, value] of layer.vars) this.#layers.store(host).included.set(name, value)
  }

  beginPlay(_play: Play, hosts: readonly string[], prompted: ReadonlyMap<string, unknown>): void {
    this.#layers.beginPlay(prompted)
    this.setBatch(hosts, hosts)
  }

  setBatch(
    hosts: readonly string[],
    allHosts: readonly string[],
    lost: readonly string[] = [],
  ): void {
    this.#layers.setBatch({ hosts, allHosts, lost })
  }

  exposeRole(role: Role): void {
    this.#layers.expose(role)
  }

  inventoryChanged(): void {
    this.#layers.inventoryChanged()
  }

  #task(request: ScopeRequest): Resolver {
    const { host, play, role, directory } = request
    const surroundings: Surroundings = {
      ...this.#surroundings(host, [role?.directory, directory, play.directory]),
      onRead: request.onRead,
      onImpureLookup: request.onImpureLookup,
    }
    // Names of vars_files are evaluated with everything but the files themselves.
    const named: Resolver = new Resolver(surroundings, () =>
      this.#taskLayers(request, named, new Map()),
    )
    const resolver: Resolver = new Resolver(surroundings, () => {
      const { hasFacts } = this.#layers.store(host)
      const varsFiles = this.#varsFiles.of(play, named, hasFacts)
      return this.#taskLayers(request, resolver, varsFiles)
    })
    return resolver
  }

  #taskLayers(request: ScopeRequest, resolver: Resolver, varsFiles: Layer): readonly Layer[] {
    const { host, play, role } = request
    return [
      this.#hostvarsLayer(resolver.surroundings),
      varsLayer(resolver),
      ...this.#layers.hostMagic(host),
      ...(role ? [this.#layers.roleMagic(role)] : []),
      this.#layers.playMagic(play),
      ...taskLayers(request, this.#layers, { extra: this.#extra, varsFiles }),
      new Map([['ansible_host', host]]),
    ]
  }

  #surroundings(host: string, directories: readonly (string | undefined)[]): Surroundings {
    return {
      host,
      reader: host,
      trail: new Trail(host),
      evaluator: this.#evaluator,
      onRead: undefined,
      onImpureLookup: undefined,
      files: new SearchPath(directories),
      hosts: this.#hosts,
      now: this.#now,
      madeUp: this.#madeUp,
      onSecret: this.#told.onSecret,
      onDerived: this.#told.onDerived,
      inputs: this.#told.inputs,
    }
  }

  #hostvarsLayer(of: Surroundings): Layer {
    const resolvers = new Map<unknown, unknown>()
    const read = (host: unknown): unknown => {
      let vars = resolvers.get(host)
      if (vars === undefined) resolvers.set(host, (vars = this.#varsOf(String(host), of)))
      return vars
    }
    const hostvars = new ComputedMap({
      names: () => this.#hosts.hosts,
      has: host => typeof host === 'string' && this.#knows(host),
      read,
    })
    return new Map([['hostvars', hostvars]])
  }

  // What `hostvars[host]` shows: nothing of the play or of its roles.
  #varsOf(host: string, from: Surroundings): Layer {
    const surroundings = { ...from, host }
    const store = this.#layers.store(host)
    const resolver = new Resolver(surroundings, () => [
      this.#hostvarsLayer(surroundings),
      ...this.#layers.hostMagic(host),
      this.#extra,
      host === from.reader ? store.results : store.shown,
      store.included,
      store.prefixed,
      this.#layers.inventoryVars(host),
    ])
    return asMap(resolver)
  }

  #knows(host: string): boolean {
    return IMPLICIT.includes(host) || this.#hosts.hosts.includes(host)
  }
}

const varsLayer = (resolver: Resolver): Layer => new Map([['vars', asMap(resolver)]])

const asMap = (resolver: Resolver): Layer =>
  new ComputedMap({
    names: () => resolver.names(),
    has: name => typeof name === 'string' && resolver.has(name),
    read: name => resolver.lookup(String(name)),
  })

const withDefaults = (given: Partial<RunFacts>): RunFacts => ({
  checkMode: given.checkMode ?? false,
  diffMode: given.diffMode ?? false,
  verbosity: given.verbosity ?? 0,
  forks: given.forks ?? 5,
  tags: given.tags ?? [],
  skipTags: given.skipTags ?? [],
  limit: given.limit,
  inventorySources: given.inventorySources ?? [],
})
