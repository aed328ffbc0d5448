import { PlaceIndex, type Place } from '../../core/probe.ts'
import type { Change, Put, Run } from '../../core/change.ts'
import { UserError } from '../../core/error.ts'
import { Uncertain } from '../../core/uncertain.ts'
import type { MachineState, Question } from '../../host/state.ts'
import { LOCAL } from '../fleet.ts'
import { answered, openNow, type Asked } from '../asking.ts'
import { isAtHome, isOfFiles } from '../carryout.ts'
import { MOST_BYTES } from '../parts.ts'
import type { Turn } from '../turn.ts'
import type { ComingTurn } from './coming.ts'

/** A turn whose changes travel with those of others. */
export interface Member extends Pick<ComingTurn, 'task' | 'index' | 'notifies'> {
  readonly asked: Asked
  /** The answers that its changes were planned from. */
  readonly before: Readonly<Record<string, unknown>>
  readonly changes: readonly (Put | Run)[]
}

/** Turns that travel together, at most. */
export const MOST_TURNS = 512

/**
 * The turn with those after it whose changes can be planned already, since they follow from what the
 * machine has answered and from the effects of those before them. None touches what an earlier one has
 * made, so that a reading after the last proves each, and tells of it what one of its own would.
 */
export const gather = async (turn: Turn, first: Member): Promise<readonly Member[]> => {
  const company = new Company(turn.state)
  if (!company.admits(first)) return [first]
  for await (const coming of turn.coming()) {
    if (company.members.length >= MOST_TURNS) break
    if (coming.isSkipped && company.knows(coming.task.module)) continue
    const member = company.plan(coming, turn)
    if (member === undefined || !company.admits(member)) break
  }
  return company.members
}

/** Whether what the turn changes may travel with what those after it do. */
export const mayTravel = (
  turn: Turn,
  changes: readonly Change[],
): changes is readonly (Put | Run)[] => mayGoAhead(turn) && changes.every(travels)

/** Whether turns after this one may be carried out with it. */
export const mayGoAhead = (turn: Turn): boolean =>
  turn.play.run.options.lookAhead &&
  turn.overseen === undefined &&
  turn.play.isAlone(turn.host) &&
  !turn.onlyReads &&
  isAtHome(turn)

/** Turns that are looked at, at most, for what they will ask. */
const MOST_LOOKED_AT = 2 * MOST_TURNS

/** What the turns that come next will have to be asked before they can travel together. */
export const companyAsks = async (
  turn: Turn,
  changes: readonly Change[],
): Promise<readonly Question[]> => {
  const questions: Question[] = []
  if (!mayTravel(turn, changes)) return questions
  let left = MOST_LOOKED_AT
  for await (const { asked } of turn.coming()) {
    if (left-- === 0) break
    if (asked?.state === turn.state) questions.push(...openNow(asked))
  }
  return questions
}

class Company {
  readonly members: Member[] = []
  readonly #imagined: MachineState
  #bytes = 0
  /** The places that the members change. */
  readonly #changed = new PlaceIndex<true>()

  constructor(state: MachineState) {
    this.#imagined = state.imagined()
  }

  /** Whether a module was seen to change files alone. */
  knows(module: string): boolean {
    return this.members.some(({ task }) => task.module === module)
  }

  /** What a turn will have to do after those of the members; undefined where that is not certain. */
  plan({ task, index, notifies, asked }: ComingTurn, { state, as }: Turn): Member | undefined {
    if (asked === undefined || asked.state !== state || asked.as.user !== as.user) return undefined
    // The members may be writing what it reads.
    if (asked.readsController && state.machine.target === LOCAL) return undefined
    const imagined = { ...asked, state: this.#imagined }
    return ifCertain(() => {
      const before = answered(imagined)
      if (before === undefined) return undefined
      const changes = asked.module.plan(asked.want, before)
      return changes.every(travels) ? { task, index, notifies, asked, before, changes } : undefined
    })
  }

  /** Takes the member in, unless there is no room for it or it touches what another has made. */
  admits(member: Member): boolean {
    if (member.changes.length === 0) return this.knows(member.task.module)
    const bytes = member.changes.reduce((sum, change) => sum + sizeOf(change), this.#bytes)
    if (bytes > MOST_BYTES) return false
    const places = member.changes.flatMap(placesOf)
    if (places.some(place => this.#changed.meeting(place).length > 0)) return false
    for (const { effects, scope } of member.changes) this.#imagined.lay(effects, scope)
    for (const place of places) this.#changed.add(place, true)
    this.#bytes = bytes
    this.members.push(member)
    return true
  }
}

/** A change whose result is known beforehand, and that can touch nothing but files. */
const travels = (change: Change): change is Put | Run => {
  const { act, lasts, foreseen, perhaps, onlyLooks } = change
  if (!isOfFiles(change) || (act ?? lasts ?? foreseen ?? perhaps ?? onlyLooks) !== undefined)
    return false
  if (change.do === 'put') return true
  return change.do === 'run' && (change.codes ?? change.environment ?? change.told) === undefined
}

const sizeOf = (change: Put | Run): number => (change.do === 'put' ? change.source.size : 0)

const placesOf = ({ scope }: Change): readonly Place[] => (scope === 'everything' ? [] : scope)

/** What is uncertain, and what fails, is told at its own turn. */
const ifCertain = <T>(find: () => T | undefined): T | undefined => {
  try {
    return find()
  } catch (error) {
    if (error instanceof Uncertain || error instanceof UserError) return undefined
    throw error
  }
}
