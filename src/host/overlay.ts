import { unaffected, type Effect, type Scope } from '../core/change.ts'
import { meets, type Known, type Probe } from '../core/probe.ts'
import { ifKnown, Uncertain } from '../core/uncertain.ts'

/** What a dry run has modelled on one machine: effects laid over the answers, in order. */
export class Overlay {
  readonly #effects: Effect[] = []
  readonly #becomes = new Set<string>()
  readonly #asks: (Effect & { kind: 'asks' })[] = []

  get isEmpty(): boolean {
    return this.#effects.length === 0
  }

  lay(effects: readonly Effect[]): void {
    for (const effect of effects) {
      this.#effects.push(effect)
      if (effect.kind === 'becomes') this.#becomes.add(effect.key)
      if (effect.kind === 'asks') this.#asks.push(effect)
    }
  }

  /** Everything within the scope can no longer be known, for the given reason. */
  layUncertain(scope: Scope, reason: string): void {
    this.lay([
      {
        kind: 'rule',
        apply(probe, before) {
          if (!within(probe, scope, ifKnown(before))) return unaffected
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
   * The modelled answer: `actual`, the answer to `asked`, or what follows from others, with every
   * effect applied in order. `known` gives the modelled answers to other questions. Throws Uncertain.
   */
  value(probe: Probe<unknown>, actual: () => unknown, known: Known = () => undefined): unknown {
    if (this.isEmpty) return actual()
    const { follows } = probe.kind
    let current =
      follows === undefined ? actual : () => follows.answer(probe.question, actual(), known)
    for (const effect of this.#effects) {
      if (effect.kind === 'rule') current = ruled(effect, probe, { before: once(current), known })
      else if (effect.kind === 'becomes' && effect.key === probe.key) current = () => effect.value
    }
    return current()
  }
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

/** Whether a change of this scope can have altered the probe's answer (null: absent). */
export const within = (probe: Probe<unknown>, scope: Scope, answer?: unknown): boolean => {
  if (scope === 'everything') return true
  const places = probe.kind.dependsOn(probe.question, answer)
  return places.some(place => scope.some(changed => meets(changed, place)))
}
