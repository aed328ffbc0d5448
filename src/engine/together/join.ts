import type { Change, Joining, Joint, Outcome, Run } from '../../core/change.ts'
import { formatPosition, UserError } from '../../core/error.ts'
import { Uncertain } from '../../core/uncertain.ts'
import type { Question } from '../../host/state.ts'
import { answered, openNow } from '../asking.ts'
import { heedPrecautions, precautions, stale } from '../carryout.ts'
import type { Turn } from '../turn.ts'
import type { ComingTurn } from './coming.ts'
import type { Member } from './gather.ts'
import { leavesNothing } from './send.ts'

/** A turn whose only change is a transaction that can be made one with others. */
interface Joiner extends Omit<Member, 'changes'> {
  readonly change: Run & { readonly joint: Joint }
}

/** Transactions made one, at most. */
const MOST = 32

/** The change, where it is the turn's only one and can be made one with others. */
export const joinable = ([change, ...others]: readonly Change[]): Joiner['change'] | undefined =>
  change?.do === 'run' && change.joint !== undefined && change.guard === undefined
    ? others.length === 0
      ? { ...change, joint: change.joint }
      : undefined
    : undefined

/** The turn with those right after it whose transactions are of the same kind. */
export const gatherJoiners = async (turn: Turn, first: Joiner): Promise<readonly Joiner[]> => {
  const joiners = [first]
  for await (const coming of turn.coming()) {
    if (joiners.length >= MOST) break
    const joiner = joinerOf(coming, turn)
    if (joiner === 'idle') continue
    if (joiner?.change.joint.kind !== first.change.joint.kind) break
    joiners.push(joiner)
  }
  return joiners
}

/** `idle`: a turn that finds its packages installed, or that is skipped. */
const joinerOf = (
  { task, index, notifies, asked, isSkipped }: ComingTurn,
  turn: Turn,
): Joiner | 'idle' | undefined => {
  if (isSkipped && task.module === turn.task.module) return 'idle'
  if (asked?.state !== turn.state || asked.as.user !== turn.as.user) return undefined
  try {
    const before = answered(asked)
    if (before === undefined) return undefined
    const changes = asked.module.plan(asked.want, before)
    if (changes.length === 0) return asked.module.name === turn.task.module ? 'idle' : undefined
    const change = joinable(changes)
    return change && { task, index, notifies, asked, before, change }
  } catch (error) {
    if (error instanceof UserError || error instanceof Uncertain) return undefined
    throw error
  }
}

/** Each with what it would have done alone, so that what they do together can be told apart. */
const whatEachIs = async (
  { state, as }: Turn,
  joiners: readonly Joiner[],
): Promise<readonly Joining[]> => {
  const all = joiners.map(({ change: { joint } }) => ({ joint, probe: joint.alone, as }))
  await state.ask(
    all.filter(question => !state.has(question)),
    [],
  )
  return all.map(({ joint, ...question }) => ({ joint, alone: answerTo(state, question) }))
}

/** Null where it could not be told: what is made of it is only whose a step was. */
const answerTo = (state: Turn['state'], question: Question): unknown => {
  try {
    return state.value(question)
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}

/** Of a transaction that failed, what it has come to all the same; what it has begun is told. */
const whatIsDone = async (
  turn: Turn,
  joiners: readonly Joiner[],
): Promise<readonly (Pick<Run, 'summary' | 'diff'> | undefined)[]> => {
  const places = [...new Set(joiners.map(({ task }) => formatPosition(task.at)))]
  const message = `${turn.host.name}: one transaction for several tasks failed, which are done one by one now; it may have done parts of each: ${places.join(', ')}`
  turn.play.tell(turn.host, () => ({ kind: 'warning', message, at: undefined }))
  await turn.state.ask(
    joiners.flatMap(({ asked }) => openNow(asked)),
    [],
  )
  return joiners.map(joiner => (leavesNothing(joiner) ? joiner.change : undefined))
}

/**
 * Carries all of them out as one transaction, and gives what came of each that it left something to do.
 * Where it failed, what it has not done is to be done one by one, so that the right one fails.
 */
export const sendJoined = async (
  turn: Turn,
  joiners: readonly Joiner[],
): Promise<ReadonlyMap<Joiner, readonly Outcome[]>> => {
  const [first] = joiners
  const done = new Map<Joiner, readonly Outcome[]>()
  if (first === undefined) return done
  const joined = first.change.joint.join(await whatEachIs(turn, joiners))
  const noting = { ...turn, notifies: [...new Set(joiners.flatMap(({ notifies }) => notifies))] }
  const before = precautions(noting)
  const requests = [...before, { script: joined.script, afterSuccess: true }]
  let output
  try {
    const outputs = await turn.state.machine.run(requests, turn.as)
    heedPrecautions(noting, outputs)
    output = outputs.at(-1)
  } finally {
    stale(turn, [first.change])
  }
  const pieces = output?.code === 0 ? joined.divide(output) : await whatIsDone(turn, joiners)
  for (const [i, joiner] of joiners.entries()) {
    const piece = pieces[i]
    if (piece === undefined) continue
    done.set(joiner, [{ change: { ...joiner.change, told: () => piece }, output }])
  }
  return done
}
