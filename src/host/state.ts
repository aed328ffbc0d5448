import type { Effect, Scope } from '../core/change.ts'
import { UserError } from '../core/error.ts'
import { groupBy } from '../core/group.ts'
import type { Answer, Known, Probe, ProbeKind } from '../core/probe.ts'
import type { As, Machine, Output } from '../core/wire.ts'
import { Overlay, reaching } from './overlay.ts'

/** A probe and the account it is asked as. */
export interface Question {
  readonly probe: Probe<unknown>
  readonly as: As
}

const PROBE_TIME_LIMIT = 30
/** Keeps one request's arguments well below the kernel's limit for a single one. */
const QUESTIONS_IN_A_BATCH = 500

type Answers = Map<string, { question: Question; answer: Answer<unknown> }>

/** Whether it is asked ahead only beside one of its kind. */
export const isDear = ({ probe }: Question): boolean => probe.kind.isDear === true

/** What is known of one machine in this run; nothing of it outlives the run. */
export class MachineState {
  readonly machine: Machine
  readonly #answers: Answers
  readonly #overlay = new Overlay()
  #tail: Promise<unknown> = Promise.resolve()

  constructor(machine: Machine, answers: Answers = new Map()) {
    this.machine = machine
    this.#answers = answers
  }

  /** The same machine, with effects of its own: as it will be once they have come true. */
  imagined(): MachineState {
    return new MachineState(this.machine, this.#answers)
  }

  /** Tasks on one machine run one after another, in the order in which they asked. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(work, work)
    this.#tail = turn.catch(() => undefined)
    return turn
  }

  /** Whether the machine need not be asked. */
  has(question: Question): boolean {
    return (
      this.#isAnswered(question) && this.#foundations(question).every(one => this.#isAnswered(one))
    )
  }

  #isAnswered(question: Question): boolean {
    return this.#answers.has(keyOf(this.#asked(question))) || this.#overlay.decides(question.probe)
  }

  /** What else has to be asked before a dry run can tell what the answer will be. */
  #foundations({ probe, as }: Question): readonly Question[] {
    if (this.#overlay.isEmpty || probe.kind.follows === undefined) return []
    return probe.kind.follows.from(probe.question).map(other => ({ probe: other, as }))
  }

  /** The questions, with those that their answers follow from, that have to be asked. */
  #withFoundations(questions: readonly Question[]): readonly Question[] {
    return questions
      .flatMap(question => [question, ...this.#foundations(question)])
      .filter(question => !this.#isAnswered(question))
  }

  /**
   * The value as planning sees it: null when absent, undefined when not asked yet. Throws
   * Uncertain for what a dry run cannot know and UserError for a question that failed.
   */
  value(question: Question): unknown {
    if (!this.has(question)) return undefined
    const known: Known = <A>(probe: Probe<A>) =>
      this.value({ probe, as: question.as }) as A | null | undefined
    return this.#overlay.value(question.probe, () => this.#actual(this.#asked(question)), known)
  }

  /** The question as the machine is asked it: a dry run may have altered it. */
  #asked({ probe, as }: Question): Question {
    return { probe: this.#overlay.asked(probe), as }
  }

  #actual(question: Question): unknown {
    const found = this.#answers.get(keyOf(question))
    if (found === undefined) return null
    if (found.answer.kind === 'error')
      throw new UserError(
        'E_PROBE',
        `cannot read ${found.question.probe.kind.name}: ${found.answer.message}`,
      )
    return found.answer.kind === 'absent' ? null : found.answer.value
  }

  /**
   * Asks what is needed and, in the same round trip, what tasks ahead will need. An answer to
   * the latter that is an error is forgotten, to be asked again in its turn. What a dry run has
   * altered is not asked ahead: the tasks in between may alter it once more.
   */
  async ask(needed: readonly Question[], ahead: readonly Question[]): Promise<void> {
    const now = this.#withFoundations(needed).map(question => this.#asked(question))
    const mayBeDear = now.some(isDear)
    const later = this.#withFoundations(ahead.filter(q => mayBeDear || !isDear(q))).filter(
      q => this.#asked(q).probe.key === q.probe.key,
    )
    const own = new Set(now.map(keyOf))
    const open = new Map([...now, ...later].map(question => [keyOf(question), question]))
    const batches = inBatches([...open.values()])
    const users = groupBy(batches, batch => batch.as.user)
    await Promise.all([...users.values()].map(async group => this.#askAs(group, own)))
  }

  async #askAs(batches: readonly Batch[], own: ReadonlySet<string>): Promise<void> {
    const [first] = batches
    if (first === undefined) return
    const requests = batches.map(({ kind, questions }) => ({
      script: kind.ask(questions.map(q => q.probe.question)),
      timeLimit: kind.timeLimit ?? PROBE_TIME_LIMIT,
      isQuestion: true,
    }))
    const outputs = await this.machine.run(requests, first.as)
    for (const [i, batch] of batches.entries()) this.#remember(batch, outputs[i], own)
  }

  #remember(batch: Batch, output: Output | undefined, own: ReadonlySet<string>): void {
    const answers = readAnswers(batch, output)
    for (const [i, question] of batch.questions.entries()) {
      const answer = answers[i] ?? { kind: 'error', message: 'the host gave no answer' }
      if (answer.kind === 'error' && !own.has(keyOf(question))) continue
      this.#answers.set(keyOf(question), { question, answer })
    }
  }

  /** Forgets every answer that a change of this scope can have altered. */
  touched(scope: Scope): void {
    const isReached = reaching(scope)
    for (const [key, { question, answer }] of this.#answers) {
      const known = answer.kind === 'answer' ? answer.value : null
      if (isReached(question.probe, known)) this.#answers.delete(key)
    }
  }

  /** Forgets the answers that a change on another machine can have altered. */
  otherMachineTouched(): void {
    for (const [key, { question }] of this.#answers)
      if (question.probe.kind.crossesMachines === true) this.#answers.delete(key)
  }

  forget(question: Question): void {
    this.#answers.delete(keyOf(this.#asked(question)))
  }

  forgetAll(): void {
    this.#answers.clear()
  }

  /** Dry run: what the changes would make true; of answers within the scope alone, where it is given. */
  lay(effects: readonly Effect[], scope?: Scope): void {
    this.#overlay.lay(effects, scope)
  }

  layUncertain(scope: Scope, reason: string): void {
    this.#overlay.layUncertain(scope, reason)
  }

  /** Whether a dry run has modelled changes here, so that a failure may be owed to them. */
  get isModelled(): boolean {
    return !this.#overlay.isEmpty
  }
}

interface Batch {
  readonly kind: ProbeKind<unknown, unknown>
  readonly as: As
  readonly questions: readonly Question[]
}

const keyOf = ({ probe, as }: Question): string => `${as.user ?? ''}\0${probe.key}`

const inBatches = (questions: readonly Question[]): Batch[] => {
  const groups = groupBy(questions, q => `${q.as.user ?? ''}\0${q.probe.kind.name}`)
  return [...groups.values()].flatMap(group => split(group))
}

const split = (group: readonly [Question, ...Question[]]): Batch[] => {
  const head = { kind: group[0].probe.kind, as: group[0].as }
  const batches: Batch[] = []
  for (let i = 0; i < group.length; i += QUESTIONS_IN_A_BATCH)
    batches.push({ ...head, questions: group.slice(i, i + QUESTIONS_IN_A_BATCH) })
  return batches
}

const readAnswers = (batch: Batch, output: Output | undefined): readonly Answer<unknown>[] => {
  const fail = (message: string): Answer<unknown>[] =>
    batch.questions.map(() => ({ kind: 'error', message }))
  if (output === undefined) return fail('the host gave no answer')
  if (output.timedOut) return fail('no answer within the time limit')
  return batch.kind.read(
    output,
    batch.questions.map(q => q.probe.question),
  )
}
