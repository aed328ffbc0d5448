import type { Script } from './shell.ts'
import type { Output } from './wire.ts'

/**
 * A part of a machine that a change can touch and an answer can depend on. `path` compares by
 * prefix in both directions; every other realm compares by name, `*` being all of it.
 */
export interface Place {
  readonly realm:
    'path' | 'unit' | 'account' | 'package' | 'sql' | 'firewall' | 'kernel' | 'identity'
  readonly name: string
}

/** What one question was answered; an absence must have been proved. */
export type Answer<A> =
  | { readonly kind: 'answer'; readonly value: A }
  | { readonly kind: 'absent' }
  | { readonly kind: 'error'; readonly message: string }

/** The answer to a probe: null means absent, undefined that it has not been asked yet. */
export type Known = <A>(probe: Probe<A>) => A | null | undefined

/**
 * How a dry run knows what a question will be answered once earlier tasks have done their work: a
 * program that is to be installed answers as it does when it is new.
 */
export interface Consequence<Q, A> {
  /** Further questions that it follows from; asked where a dry run has modelled changes. */
  from(question: Q): readonly Probe<unknown>[]
  /** The answer beside the modelled ones; `today`'s where they say nothing. Throws Uncertain. */
  answer(question: Q, today: A | null, known: Known): A | null
}

/** A kind of question about a machine: many questions in, one answer for each out. */
export interface ProbeKind<Q, A> {
  readonly name: string
  /** One script that answers all the questions; its output is framed by NUL or by length. */
  ask(questions: readonly Q[]): Script
  /** One answer per question, in the questions' order. */
  read(output: Output, questions: readonly Q[]): readonly Answer<A>[]
  /**
   * What the answer depends on: a change whose scope meets none of it leaves the answer fresh. The
   * answer is given where there is one: which links led to it is known only then.
   */
  dependsOn(question: Q, answer?: A | null): readonly Place[]
  /** Other machines can influence the answer (SQL, replication, network): stale after any change. */
  readonly crossesMachines?: boolean
  readonly follows?: Consequence<Q, A>
  /**
   * Keeps the machine busy for a second, and the work of others makes the answer stale: it is asked
   * ahead only beside one that is asked now, for tasks that follow each other.
   */
  readonly isDear?: true
  /** Seconds for the whole batch; 30 without. */
  readonly timeLimit?: number
}

/** One typed question. Two probes with the same key are the same question. */
export interface Probe<A> {
  readonly kind: ProbeKind<unknown, A>
  readonly question: unknown
  /** The kind's name and the question, as text. */
  readonly key: string
  readonly user?: string | undefined
}

/** Makes the function that asks one question of a kind. */
export const probeOf =
  <Q, A>(kind: ProbeKind<Q, A>) =>
  (question: Q): Probe<A> => ({
    kind: kind,
    question,
    key: `${kind.name}:${JSON.stringify(question)}`,
  })

export const answer = <A>(value: A): Answer<A> => ({ kind: 'answer', value })
export const absent: Answer<never> = { kind: 'absent' }
export const unanswered = (message: string): Answer<never> => ({ kind: 'error', message })

/** Things under the places that they stand for, found by the places that these meet. */
export class PlaceIndex<T> {
  readonly #at = new Map<string, T[]>()
  readonly #below = new Map<string, T[]>()
  readonly #inRealm = new Map<Place['realm'], T[]>()

  add(place: Place, thing: T): void {
    append(this.#at, keyOf(place), thing)
    append(this.#inRealm, place.realm, thing)
    if (place.realm === 'path')
      for (const directory of directoriesAbove(place.name)) append(this.#below, directory, thing)
  }

  /** The things at places that meet this one, some of them more than once. */
  meeting(place: Place): readonly T[] {
    const { realm, name } = place
    if (name === '*') return this.#inRealm.get(realm) ?? []
    const here = [...this.#found({ realm, name: '*' }), ...this.#found(place)]
    if (realm !== 'path') return here
    const above = directoriesAbove(name).flatMap(at => this.#found({ realm, name: at }))
    return [...here, ...(this.#below.get(name) ?? []), ...above]
  }

  #found(place: Place): readonly T[] {
    return this.#at.get(keyOf(place)) ?? []
  }
}

const keyOf = ({ realm, name }: Place): string => `${realm}\0${name}`

const append = <K, T>(lists: Map<K, T[]>, key: K, thing: T): void => {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [thing])
  else list.push(thing)
}

/** The directories above an absolute path, the root last. */
const directoriesAbove = (path: string): readonly string[] => {
  const found: string[] = []
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    found.push(path.slice(0, at))
  return path === '/' ? found : [...found, '/']
}

/** Whether `path` lies below `directory`. */
export const inside = (path: string, directory: string): boolean =>
  path.startsWith(directory.endsWith('/') ? directory : `${directory}/`)

export const path = (name: string): Place => ({ realm: 'path', name })
export const account = (name: string): Place => ({ realm: 'account', name })
