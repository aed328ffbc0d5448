import { didYouMean } from '../../core/nearest.ts'
import type { Keywords, Loop, Role, VarsLayer } from '../play.ts'
import type { RawMap } from '../value.ts'
import type { Definitions, Values } from './definitions.ts'
import { isMagic, magicNames } from './magic.ts'
import type { IncludeScope, Site } from './sites.ts'

/** The variables that a node sees, as far as they can be known before a run. */
export class SiteScope {
  readonly #definitions: Definitions
  readonly #site: Site
  readonly #layers: readonly RawMap[]
  readonly #local: ReadonlySet<string>

  constructor(definitions: Definitions, site: Site) {
    const { node, scope } = site
    this.#definitions = definitions
    this.#site = site
    this.#layers = [...layersOf(node.keywords, node.role), ...includeLayers(scope)]
    this.#local = new Set([
      ...loopNames('loop' in node ? node.loop : undefined),
      ...includeNames(scope),
    ])
  }

  /** Whether a run can know the name at all. */
  has(name: string): boolean {
    return (
      this.#definitions.isOpen ||
      isMagic(name) ||
      this.#local.has(name) ||
      this.#layers.some(layer => layer.has(name)) ||
      this.#definitions.of(this.#site.play).get(name) !== undefined ||
      this.#definitions.run.get(name) !== undefined
    )
  }

  /** Everything that the name may be given; undefined for what only a run can know. */
  values(name: string): Readonly<Values> {
    if (this.#local.has(name)) return [undefined]
    const found = new Set<Values[number]>()
    for (const layer of this.#layers) if (layer.has(name)) found.add(layer.get(name))
    for (const value of this.#definitions.of(this.#site.play).get(name) ?? []) found.add(value)
    for (const value of this.#definitions.run.get(name) ?? []) found.add(value)
    return [...found]
  }

  /** The known name that a wrong one is probably meant to be. */
  hint(name: string): string | undefined {
    const layered = this.#layers.flatMap(layer => [...layer.keys()].map(String))
    return didYouMean(name, [
      ...this.#local,
      ...layered.filter(known => !known.startsWith('_provision')),
      ...this.#definitions.of(this.#site.play).names(),
      ...this.#definitions.run.names(),
      ...magicNames,
    ])
  }
}

const layersOf = (keywords: Keywords, role: Role | undefined): readonly RawMap[] =>
  maps([...keywords.vars, ...(role?.params ?? []), role?.vars, role?.defaults])

const maps = (layers: readonly (VarsLayer | undefined)[]): readonly RawMap[] =>
  layers.flatMap(layer => (layer === undefined ? [] : [layer.vars]))

const includeLayers = (scope: IncludeScope | undefined): readonly RawMap[] =>
  scope === undefined ? [] : [...maps(scope.vars), ...includeLayers(scope.outer)]

const includeNames = (scope: IncludeScope | undefined): readonly string[] =>
  scope === undefined ? [] : [...scope.names, ...includeNames(scope.outer)]

const loopNames = (loop: Loop | undefined): readonly string[] =>
  loop === undefined ? [] : [loop.variable, loop.indexVariable ?? loop.variable]
