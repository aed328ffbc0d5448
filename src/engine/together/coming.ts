import { Foreknown, STILL_THERE } from '../ahead/foreknown.ts'
import { passOver } from '../ahead/passover.ts'
import { writes } from '../ahead/results.ts'
import { itemsAhead, turnOf, type TurnAhead } from '../ahead/turns.ts'
import { actions } from '../actions/index.ts'
import { LOCAL } from '../fleet.ts'
import type { Frame } from '../frame.ts'
import type { HostRun } from '../hosts.ts'
import { isSelfContained } from '../keywords.ts'
import type { PlayRun } from '../playrun.ts'
import { isChosen } from '../tags.ts'
import type { ItemsToCome } from '../task.ts'
import type { Task } from '../../language/play.ts'

/** A turn that a host is certain to take after the one that it has, if that does not fail. */
export interface ComingTurn extends TurnAhead {
  readonly task: Task
  /** The item's place in its loop. */
  readonly index: number | undefined
  /** Handlers that a change notifies. */
  readonly notifies: readonly string[]
}

interface Where {
  readonly host: HostRun
  readonly frame: Frame
  readonly current: Task
  readonly toCome: ItemsToCome
}

/**
 * The turns that a host takes next: the items of its loop, then the tasks of the same list. Ends
 * before the first whose turn, place or outcome another task or host may have a say in.
 */
export async function* comingTurns(
  play: PlayRun,
  { host, frame, current, toCome }: Where,
): AsyncGenerator<ComingTurn> {
  const isController = play.run.fleet.known(host.name)?.machine.target === LOCAL
  const foreknown = new Foreknown({ mayWriteController: isController })
  const everybody = new Set(play.hosts.map(({ name }) => name))
  foreknown.forget(everybody, STILL_THERE)
  const others = new Set([...everybody].filter(name => name !== host.name))
  if (play.order?.isTurn(host.name) === false) foreknown.forget(others, play.order.written)
  const here = { frame, view: play, hosts: new Set([host.name]) }
  const taken = async (node: Task, index: number | undefined, locals: Locals) => {
    try {
      const turn = await turnOf({ ...here, node }, host.name, { locals, foreknown })
      const named = turn.isSkipped ? [] : play.handlers.named(node, turn.scope)
      return { ...turn, task: node, index, notifies: named.map(({ key }) => key) }
    } catch (error) {
      passOver<undefined>(error, undefined)
      return
    }
  }
  if (!isPlain(play, current)) return
  for (const { index, locals } of toCome.items) {
    const turn = await taken(current, index, locals)
    if (turn === undefined) return
    yield turn
  }
  if (toCome.afterFailure || frame.handler) return
  let written = writes(current)
  for (const node of frame.nodes.slice(frame.next)) {
    if (written === undefined || node.kind !== 'task') return
    if (!isChosen(node.keywords, play.run.options)) continue
    if (!isPlain(play, node)) return
    foreknown.forget(everybody, written)
    const items = itemsIn({ ...here, node }, host, foreknown)
    if (items === undefined) return
    for (const [index, locals] of items.entries()) {
      const turn = await taken(node, node.loop === undefined ? undefined : index, locals)
      if (turn === undefined) return
      yield turn
    }
    written = writes(node)
  }
}

type Locals = ReadonlyMap<string, unknown>

/** Undefined where nobody can know yet what the task loops over. */
const itemsIn = (
  next: Parameters<typeof itemsAhead>[0],
  { name }: HostRun,
  foreknown: Foreknown,
): readonly Locals[] | undefined => {
  try {
    return itemsAhead(next, name, foreknown)
  } catch (error) {
    passOver<undefined>(error, undefined)
    return
  }
}

/** Whether only the host's own machine and the module itself decide how the task's turns end. */
const isPlain = (play: PlayRun, task: Task): boolean =>
  isSelfContained(task) && play.play.maxFailPercentage === undefined && !actions.has(task.module)
