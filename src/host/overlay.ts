import { unaffected, type Effect, type Scope } from '../core/change.ts'
import { PlaceIndex, type Known, type Place, type Probe } from '../core/probe.ts'
import { ifKnown, Uncertain } from '../core/uncertain.ts'

/** What a dry run has modelled on one machine: effects laid over the answers, in order. */
export class Overlay {
  #count = 0
  readonly #rules = new Map<string, Shelf>()
  readonly #becomes = new Map<string, Shelf>()
  readonly #asks: (Effect & { kind: 'asks' })[] = []
  readonly #modelled = new Map<string, Modelled>()

  get isEmpty(): boolean {
    return this.#count === 0
  }

  /** The effects hold of the answers within the scope. */
  lay(effects: readonly Effect[], scope: Scope = 'everything'): void {
    for (const effect of effects) {
      this.#count++
      if (effect.kind === 'asks') this.#asks.push(effect)
      else
        for (const shelf of this.#shelvesOf(effect))
          shelf.add({ effect, number: this.#count }, scope)
    }
  }

  #shelvesOf(effect: Altering): readonly Shelf[] {
    if (effect.kind === 'becomes') return [shelfOf(this.#becomes, effect.key)]
    return (effect.of ?? ANY).map(kind => shelfOf(this.#rules, kind))
  }

  /** Everything within the scope can no longer be known, for the given reason. */
  layUncertain(scope: Scope, reason: string): void {
    const isReached = reaching(scope)
    this.lay([
      {
        kind: 'rule',
        apply(probe, before) {
          if (!isReached(probe, ifKnown(before))) return unaffected
          throw new Uncertain(reason)
        },
      },
    ])
  }

  /** The question that the machine is asked in place of this one. */
  asked(probe: Probe<unknown>): Probe<unknown> {
    return this.#asks.reduce((current, effect) => effect.instead(current), probe)
  }

  /** Whether an effect names this probe, so that the machine need not be asked. */
  decides(probe: Probe<unknown>): boolean {
    return this.#becomes.has(probe.key)
  }

  /**
   * The modelled answer: what `find` gives, the answer to `asked`, or what follows from others, with
   * every effect applied in order. `known` gives the modelled answers to other questions. Throws
   * Uncertain.
   */
  value(probe: Probe<unknown>, find: () => unknown, known: Known = () => undefined): unknown {
    if (this.isEmpty) return find()
    const actual = once(find)
    const laid = this.#effectsOn(probe, actual)
    const { follows } = probe.kind
    if (follows === undefined) return this.#modelledFrom(probe, { laid, actual, known })
    const answer = (): unknown => follows.answer(probe.question, actual(), known)
    return applied(laid, probe, { answer, known })
  }

  /**
   * The answer with the effects on it. What became of the same answer by the first of them is known
   * from the last time, if they asked for nothing else: in a directory of many new files each is an
   * effect on the directory, too.
   */
  #modelledFrom(
    probe: Probe<unknown>,
    { laid, actual, known }: { laid: readonly Laid[]; actual: () => unknown; known: Known },
  ): unknown {
    const found = ifKnown(actual)
    const before = this.#modelled.get(probe.key)
    const isSame =
      before !== undefined &&
      before.found === found &&
      laid[before.count - 1]?.number === before.last
    const asked = { others: false }
    const value = applied(isSame ? laid.slice(before.count) : laid, probe, {
      answer: isSame ? () => before.value : actual,
      known: other => {
        asked.others = true
        return known(other)
      },
    })
    const last = laid.at(-1)
    if (!asked.others && last !== undefined && found !== undefined)
      this.#modelled.set(probe.key, { found, value, count: laid.length, last: last.number })
    return value
  }

  /** The effects on the probe's answer, in order. */
  #effectsOn(probe: Probe<unknown>, actual: () => unknown): readonly Laid[] {
    const { kind, key, question } = probe
    const shelves = [
      this.#becomes.get(key),
      this.#rules.get(kind.name),
      ...ANY.map(any => this.#rules.get(any)),
    ].filter(shelf => shelf !== undefined)
    const places = shelves.some(shelf => shelf.isBounded)
      ? kind.dependsOn(question, ifKnown(actual))
      : []
    const laid = new Set(shelves.flatMap(shelf => shelf.meeting(places)))
    return [...laid].toSorted((a, b) => a.number - b.number)
  }
}

/** What became of an answer by the first effects on it. */
interface Modelled {
  readonly found: unknown
  readonly value: unknown
  /** How many of them, and the number of the last. */
  readonly count: number
  readonly last: number
}

interface Given {
  readonly answer: () => unknown
  readonly known: Known
}

const applied = (
  laid: readonly Laid[],
  probe: Probe<unknown>,
  { answer, known }: Given,
): unknown => {
  let current = answer
  for (const { effect } of laid)
    current =
      effect.kind === 'rule'
        ? ruled(effect, probe, { before: once(current), known })
        : () => effect.value
  return current()
}

/** Stands for the kinds of probes where a rule may alter any. */
const ANY = ['*'] as const

type Altering = Exclude<Effect, { kind: 'asks' }>

interface Laid {
  readonly effect: Altering
  /** In the order in which they were laid. */
  readonly number: number
}

/** Effects on probes of one kind, or on one probe. */
class Shelf {
  readonly #unbounded: Laid[] = []
  readonly #bounded = new PlaceIndex<Laid>()
  isBounded = false

  add(laid: Laid, scope: Scope): void {
    if (scope === 'everything') this.#unbounded.push(laid)
    else {
      this.isBounded = true
      for (const place of scope) this.#bounded.add(place, laid)
    }
  }

  /** Those on an answer that depends on these places, some of them more than once. */
  meeting(places: readonly Place[]): readonly Laid[] {
    return [...this.#unbounded, ...places.flatMap(place => this.#bounded.meeting(place))]
  }
}

const shelfOf = (shelves: Map<string, Shelf>, key: string): Shelf => {
  const shelf = shelves.get(key) ?? new Shelf()
  shelves.set(key, shelf)
  return shelf
}

/**
 * Finds out once, whoever asks again: a rule looks at the answer before it and may then leave that
 * as it is, so that without this each effect would double the work.
 */
const once = (find: () => unknown): (() => unknown) => {
  let found: { readonly value: unknown } | { readonly error: unknown } | undefined
  return () => {
    try {
      found ??= { value: find() }
    } catch (error) {
      found = { error }
    }
    if ('error' in found) throw found.error
    return found.value
  }
}

const ruled =
  (
    effect: Effect & { kind: 'rule' },
    probe: Probe<unknown>,
    { before, known }: { before: () => unknown; known: Known },
  ) =>
  (): unknown => {
    const value = effect.apply(probe, before, known)
    return value === unaffected ? before() : value
  }

/** Tells whether a change of this scope can have altered a probe's answer (null: absent). */
export const reaching = (scope: Scope): ((probe: Probe<unknown>, answer?: unknown) => boolean) => {
  if (scope === 'everything') return () => true
  const changed = new PlaceIndex<true>()
  for (const place of scope) changed.add(place, true)
  return (probe, answer) =>
    probe.kind.dependsOn(probe.question, answer).some(place => changed.meeting(place).length > 0)
}
