import type { Change, Outcome } from '../../core/change.ts'
import type { Asked } from '../asking.ts'
import type { Turn } from '../turn.ts'
import type { Carried } from './carried.ts'
import { gather, mayGoAhead, mayTravel } from './gather.ts'
import { gatherJoiners, joinable, sendJoined } from './join.ts'
import { sendTogether } from './send.ts'

export { companyAsks } from './gather.ts'

interface Work {
  readonly before: Readonly<Record<string, unknown>>
  readonly changes: readonly Change[]
}

/** What was planned for this turn from these answers and has been carried out already. */
export interface Ahead extends Work {
  readonly done: readonly Outcome[]
}

/** The turn's changes, where they travelled with an earlier turn's and are what it calls for now. */
export const carriedAhead = (turn: Turn, { module, want }: Asked): Ahead | undefined => {
  const carried = turn.host.carried.take(turn.task, turn.index)
  if (carried === undefined) return undefined
  const { before, done } = carried
  const changes = module.plan(want, before)
  const isAsked =
    done.map(({ change }) => identityOf(change)).join() === changes.map(identityOf).join()
  return isAsked ? { before, changes, done } : undefined
}

const identityOf = (change: Change): string => {
  if (change.do === 'put') {
    const { to, mode, owner, group, source } = change
    return JSON.stringify([to, mode, owner, group, source.sha256])
  }
  return JSON.stringify(change.do === 'run' ? change.script.text : change.summary)
}

/**
 * Carries the turn's changes out with those of the turns that come next, where there are such and they
 * can be known: changes of files in one write, packages in one transaction. Undefined where the turn
 * has to be carried out by itself: it travels alone, or what travelled failed.
 */
export const carryOutTogether = async (
  turn: Turn,
  asked: Asked,
  { before, changes }: Work,
): Promise<readonly Outcome[] | undefined> => {
  const { task, index, notifies } = turn
  const first = { task, index, notifies, asked, before }
  if (mayTravel(turn, changes)) {
    const leader = { ...first, changes }
    const members = await gather(turn, leader)
    return members.length < 2 ? undefined : kept(turn, leader, await sendTogether(turn, members))
  }
  const change = mayGoAhead(turn) ? joinable(changes) : undefined
  if (change === undefined) return undefined
  const leader = { ...first, change }
  const joiners = await gatherJoiners(turn, leader)
  return joiners.length < 2 ? undefined : kept(turn, leader, await sendJoined(turn, joiners))
}

type Who = Pick<Carried, 'task' | 'index' | 'before'>

/** Keeps what was carried out for later turns, and gives what was for this one. */
const kept = <M extends Who>(
  { host }: Turn,
  first: M,
  carried: ReadonlyMap<M, readonly Outcome[]>,
): readonly Outcome[] | undefined => {
  for (const [{ task, index, before }, done] of carried)
    if (task !== first.task || index !== first.index)
      host.carried.add({ task, index, before, done })
  return carried.get(first)
}
