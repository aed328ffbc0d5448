import type { Outcome, Put, Run } from '../../core/change.ts'
import { UserError } from '../../core/error.ts'
import type { Output } from '../../core/wire.ts'
import { DUE_PLACE, dueAdd } from '../../host/index.ts'
import { heedPrecautions, precautions, stale, unnoted } from '../carryout.ts'
import { answered, askedAs, openNow } from '../asking.ts'
import { partsOf, type Part } from '../parts.ts'
import type { Turn } from '../turn.ts'
import { companyAsks, MOST_TURNS, type Member } from './gather.ts'

/** Tasks with a `timeout` travel alone. */
const NO_LIMIT = 0

/**
 * Sends the members' changes in one write, in order, and in the same round trip asks what they have
 * altered. Gives what came of each member that was carried out whole; the first that was not, and
 * those after it, have still to be.
 */
export const sendTogether = async (
  turn: Turn,
  members: readonly Member[],
): Promise<ReadonlyMap<Member, readonly Outcome[]>> => {
  const { state, as } = turn
  const parts = await partsOfAll(turn, members)
  const before = precautions({ ...turn, notifies: [] })
  const sent = state.machine.run([...before, ...parts.flatMap(({ requests }) => requests)], as)
  const [outputs] = await Promise.all([sent, readBack(turn, members)])
  heedPrecautions({ ...turn, notifies: [] }, outputs)
  const done = doneIn(parts, outputs.slice(before.length))
  const carried = membersIn(members, done)
  noted(turn, carried)
  return new Map(
    carried.map(it => [it, it.changes.map(change => ({ change, output: done.get(change) }))]),
  )
}

const readBack = async (turn: Turn, members: readonly Member[]): Promise<void> => {
  stale(
    turn,
    members.flatMap(({ changes }) => changes),
  )
  const company = await companyAsks(turn, [])
  const own = members.flatMap(({ asked }) => openNow(asked))
  // While so many are still to travel together, what comes after them can wait.
  const after = company.length > MOST_TURNS ? [] : await turn.ahead()
  // The shell of another account would not wait until the changes have been carried out.
  await turn.state.ask(own, askedAs(turn.as, [...company, ...after]))
}

/** The handlers' notes stand on the host before the changes that notify them. */
const partsOfAll = async ({ host }: Turn, members: readonly Member[]): Promise<readonly Part[]> => {
  const parts: Part[] = []
  const willStand = new Set<string>()
  let changes: (Put | Run)[] = []
  for (const member of members) {
    const due = unnoted({ host, notifies: member.notifies }).filter(key => !willStand.has(key))
    if (due.length > 0) {
      parts.push(...(await partsOf(changes, NO_LIMIT)))
      parts.push({ requests: [{ script: dueAdd(due), afterSuccess: true }], changes: [] })
      for (const key of due) willStand.add(key)
      changes = []
    }
    changes.push(...member.changes)
  }
  return [...parts, ...(await partsOf(changes, NO_LIMIT))]
}

type Done = ReadonlyMap<Put | Run, Output | undefined>

/** The changes that were carried out, with the last output of their part. */
const doneIn = (parts: readonly Part[], outputs: readonly Output[]): Done => {
  const done = new Map<Put | Run, Output | undefined>()
  let next = 0
  for (const { requests, changes } of parts) {
    const own = outputs.slice(next, next + requests.length)
    next += requests.length
    if (own.some(({ code }) => code !== 0)) break
    for (const change of changes) done.set(change, own.at(-1))
  }
  return done
}

/**
 * Those whose changes have all been carried out. Of files that one request replaces some may have been
 * when it failed: then the fresh reading tells.
 */
const membersIn = (members: readonly Member[], done: Done): readonly Member[] => {
  const isOver = members.findIndex(it => !it.changes.every(change => done.has(change)))
  if (isOver < 0) return members
  return members.filter((it, i) => i < isOver || leavesNothing(it))
}

/** Whether a fresh reading finds nothing left for it to do. */
export const leavesNothing = ({ asked }: Pick<Member, 'asked'>): boolean => {
  try {
    const now = answered(asked)
    return now !== undefined && asked.module.plan(asked.want, now).length === 0
  } catch (error) {
    if (error instanceof UserError) return false
    throw error
  }
}

const noted = ({ host, state, as }: Turn, members: readonly Member[]): void => {
  const keys = members.flatMap(({ notifies }) => notifies)
  if (keys.length === 0) return
  state.touched([DUE_PLACE])
  for (const key of keys) host.noted.set(key, as)
}
