import { runMagic, hostMagic, playMagic, roleMagic, type Batch, type RunFacts } from './magic.ts'
import type { Hosts } from './hosts.ts'
import type { Play, Role, VarsLayer } from './play.ts'
import type { Layer } from './resolver.ts'
import { HostStore } from './store.ts'
import type { ScopeRequest } from './scope.ts'

const NOTHING: Layer = new Map()

/** The levels of precedence that do not depend on the single task, each made once. */
export class Layers {
  readonly #run: RunFacts
  readonly #hosts: Hosts
  readonly #stores = new Map<string, HostStore>()
  readonly #roleMagic = new WeakMap<Role, Layer>()
  readonly #hostMagic = new Map<string, Layer>()
  readonly #inventory = new WeakMap<object, Layer>()
  #runMagic: Layer
  #batch: Batch = { hosts: [], allHosts: [], lost: [] }
  #exposed: readonly Role[] = []
  #play: { play: Play; magic: Layer; roleVars: Layer; roleDefaults: Layer } | undefined
  #prompted: Layer = NOTHING

  constructor(run: RunFacts, hosts: Hosts) {
    this.#run = run
    this.#hosts = hosts
    this.#runMagic = runMagic(run, hosts)
  }

  beginPlay(prompted: Layer): void {
    this.#prompted = prompted
    this.#exposed = []
    this.#play = undefined
  }

  setBatch(batch: Batch): void {
    this.#batch = batch
    this.#play = undefined
  }

  expose(role: Role): void {
    this.#exposed = [...this.#exposed, role]
    this.#play = undefined
  }

  inventoryChanged(): void {
    this.#runMagic = runMagic(this.#run, this.#hosts)
    this.#hostMagic.clear()
  }

  store(host: string): HostStore {
    const known = this.#stores.get(host)
    if (known) return known
    const store = new HostStore()
    this.#stores.set(host, store)
    return store
  }

  /** What no variable of a user can override for a host. */
  hostMagic(host: string): readonly Layer[] {
    return [this.store(host).magic, this.#magicOf(host), this.#runMagic]
  }

  roleMagic(role: Role): Layer {
    let magic = this.#roleMagic.get(role)
    if (magic === undefined) this.#roleMagic.set(role, (magic = roleMagic(role)))
    return magic
  }

  runMagic(): Layer {
    return this.#runMagic
  }

  playMagic(play: Play): Layer {
    return this.#of(play).magic
  }

  prompted(): Layer {
    return this.#prompted
  }

  /** `vars/main.yml` of the play's roles, a later role winning. */
  roleVars(play: Play): Layer {
    return this.#of(play).roleVars
  }

  /** `defaults/main.yml` of the play's roles. */
  roleDefaults(play: Play): Layer {
    return this.#of(play).roleDefaults
  }

  inventoryVars(host: string): Layer {
    const vars = this.#hosts.varsOf(host)
    let layer = this.#inventory.get(vars)
    if (layer === undefined) {
      layer = new Map([...vars].map(([name, { value }]) => [name, value]))
      this.#inventory.set(vars, layer)
    }
    return layer
  }

  #magicOf(host: string): Layer {
    let magic = this.#hostMagic.get(host)
    if (magic === undefined) this.#hostMagic.set(host, (magic = hostMagic(host, this.#hosts)))
    return magic
  }

  #of(play: Play): { magic: Layer; roleVars: Layer; roleDefaults: Layer } {
    if (this.#play?.play === play) return this.#play
    const roles = [...play.roles, ...this.#exposed]
    this.#play = {
      play,
      magic: playMagic(play, this.#batch),
      roleVars: merged(roles.map(role => role.vars)),
      roleDefaults: merged(roles.map(role => role.defaults)),
    }
    return this.#play
  }
}

const merged = (layers: readonly (VarsLayer | undefined)[]): Layer =>
  new Map(layers.flatMap(layer => [...(layer?.vars ?? [])]))

/** Layers given with the weakest first, as resolvers want them. */
const strongestFirst = (layers: readonly VarsLayer[] | undefined): readonly Layer[] =>
  (layers ?? []).map(layer => layer.vars).reverse()

/** The levels of a task on a host, from extra vars down to role defaults. */
export const taskLayers = (
  { host, play, role, keywords, locals, includeVars }: ScopeRequest,
  layers: Layers,
  { extra, varsFiles }: { extra: Layer; varsFiles: Layer },
): readonly Layer[] => {
  const store = layers.store(host)
  return [
    extra,
    locals ?? NOTHING,
    ...strongestFirst(includeVars),
    ...strongestFirst(role?.params),
    store.results,
    store.included,
    ...strongestFirst(keywords?.vars),
    role?.vars?.vars ?? NOTHING,
    layers.roleVars(play),
    varsFiles,
    layers.prompted(),
    play.vars?.vars ?? NOTHING,
    store.prefixed,
    layers.inventoryVars(host),
    role?.defaults?.vars ?? NOTHING,
    layers.roleDefaults(play),
  ]
}
