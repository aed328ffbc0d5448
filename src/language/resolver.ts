import type { Inputs } from '../core/inputs.ts'
import { didYouMean } from '../core/nearest.ts'
import { UNDEFINED, UndefinedError, type Scope as JinjaScope } from '../jinja/index.ts'
import { raised, undefinedBecause, userError, type Place } from './errors.ts'
import type { Evaluator } from './evaluator.ts'
import type { Hosts } from './hosts.ts'
import { lazily, settled, type EvaluateText } from './lazy.ts'
import type { SearchPath } from './searchpath.ts'
import type { Trail } from './trail.ts'
import type { TemplateText, VaultText } from './value.ts'

/** One level of precedence: values as they were written, or as hosts returned them. */
export type Layer = ReadonlyMap<unknown, unknown>

/** A password as a file of the controller keeps it. */
export interface Password {
  readonly password: string
  readonly salt: string | undefined
}

/** What a resolver needs besides its layers. */
export interface Surroundings {
  readonly host: string
  /** The host whose task reads, also through other hosts' variables. */
  readonly reader: string
  readonly trail: Trail
  readonly evaluator: Evaluator
  /** Called with the name of each variable before it is read, whether there is one or not. */
  readonly onRead: ((name: string, host: string) => void) | undefined
  /** Directories for `lookup('file', …)` and includes. */
  readonly files: SearchPath
  readonly hosts: Hosts
  /** Passwords by the file that a dry run has made them up for; undefined in a real run. */
  readonly madeUp: Map<string, Password> | undefined
  /** The run's start, which is what templates take for now. */
  readonly now: Date
  readonly onSecret: ((text: string) => void) | undefined
  /** Called with a text and what was made of it one-way: a hash of a secret can be guessed from. */
  readonly onDerived: ((from: string, made: string) => void) | undefined
  readonly inputs: Inputs | undefined
  /** Called with the name of a lookup that has effects, or depends on time or chance. */
  readonly onImpureLookup: ((name: string) => void) | undefined
}

/** Resolves variables by name, each once: the first layer that has a name decides. */
export class Resolver implements JinjaScope {
  readonly surroundings: Surroundings
  readonly #layers: () => readonly Layer[]
  readonly #outer: Resolver | undefined
  #foundLayers: readonly Layer[] | undefined
  readonly #resolved = new Map<string, unknown>()

  /** `layers` stand with the strongest first. */
  constructor(surroundings: Surroundings, layers: () => readonly Layer[], outer?: Resolver) {
    this.surroundings = surroundings
    this.#layers = layers
    this.#outer = outer
  }

  /** The same variables with some of a template file's own on top. */
  within(vars: Layer, files: SearchPath): Resolver {
    return new Resolver({ ...this.surroundings, files }, () => [vars], this)
  }

  lookup(name: string): unknown {
    const known = this.#resolved.get(name)
    if (known !== undefined) return known
    const layer = this.#layerOf(name)
    if (layer === undefined) return this.#outer?.lookup(name) ?? UNDEFINED
    const value = lazily(layer.get(name), name, this.#evaluate)
    this.#resolved.set(name, value)
    return value
  }

  has(name: string): boolean {
    return (
      this.#resolved.has(name) ||
      this.#layerOf(name) !== undefined ||
      this.#outer?.has(name) === true
    )
  }

  suggest(name: string): string | undefined {
    return didYouMean(name, this.names())
  }

  /** Every name that has a value. */
  names(): ReadonlySet<string> {
    const names = new Set<string>(this.#outer?.names())
    for (const layer of this.#allLayers())
      for (const name of layer.keys()) if (typeof name === 'string') names.add(name)
    return names
  }

  /** The value of what a user's file holds, with everything in it evaluated. Throws UserError. */
  value(raw: unknown): unknown {
    const value = lazily(raw, '', text => this.evaluate(text))
    return settled(value, undefinedValue => raised(undefinedValue, nowhere))
  }

  /** The value of one text. Something undefined is a value too, until it is used. */
  evaluate(text: TemplateText | VaultText): unknown {
    const { evaluator } = this.surroundings
    const source = evaluator.open(text)
    if (typeof source === 'string') return source
    const place: Place = (line, column) => source.place(line, column)
    try {
      return evaluator.evaluate(source, this)
    } catch (error) {
      if (error instanceof UndefinedError) return undefinedBecause(error, place)
      throw userError(error, place)
    }
  }

  readonly #evaluate: EvaluateText = (text, path) => {
    const { trail, host } = this.surroundings
    return trail.enter(host, path, () => this.evaluate(text))
  }

  #layerOf(name: string): Layer | undefined {
    const { onRead, host } = this.surroundings
    if (this.#outer === undefined) onRead?.(name, host)
    return this.#allLayers().find(layer => layer.has(name))
  }

  #allLayers(): readonly Layer[] {
    return (this.#foundLayers ??= this.#layers())
  }
}

// An undefined value knows the place where it was used; this is never asked.
const nowhere: Place = (line, column) => ({ file: '', line, column })
