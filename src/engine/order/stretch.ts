import type { Node, Task } from '../../language/play.ts'
import { actions } from '../actions/index.ts'
import { FACTS } from '../ahead/foreknown.ts'
import { writes } from '../ahead/results.ts'
import { isSelfContained } from '../keywords.ts'
import type { PlayRun } from '../playrun.ts'

/** Actions that read and write nothing but the host's own variables. */
const OF_THE_HOST: ReadonlySet<string> = new Set(['assert', 'debug', 'fail', 'set_fact'])

/**
 * The nodes, from the first on, that hosts may go through each at its own pace, since none of them can
 * tell from what it does how far the others are. What a task turns out to change, and whose
 * variables it reads, may still have it wait for its turn.
 */
export const stretchOf = (play: PlayRun, nodes: readonly Node[]): readonly Node[] => {
  const end = nodes.findIndex((node, i) => !isPassable(play, node, i === 0))
  return end < 0 ? nodes : nodes.slice(0, end)
}

const isPassable = (play: PlayRun, node: Node, isFirst: boolean): boolean => {
  switch (node.kind) {
    case 'task':
      return isOwn(play, node, isFirst)
    case 'role start':
      return true
    case 'include':
      return false
    case 'block':
      return (
        node.rescue.length + node.always.length === 0 &&
        node.tasks.every(task => isPassable(play, task, false))
      )
  }
}

const isOwn = (play: PlayRun, task: Task, isFirst: boolean): boolean => {
  const written = writes(task)
  // Others see facts as soon as they are there, so that all gather them before any goes on.
  if (written === undefined || (written.includes(FACTS) && !isFirst)) return false
  if (!isSelfContained(task) || !isDecidedBefore(task)) return false
  if (actions.has(task.module)) return OF_THE_HOST.has(task.module)
  return play.run.services.modules.get(task.module)?.crossesMachines === undefined
}

/** Whether nothing that is evaluated after the task has been carried out can depend on other hosts. */
const isDecidedBefore = ({ changedWhen, keywords }: Task): boolean => {
  const { ignoreErrors, ignoreUnreachable, noLog, notify } = keywords
  const isLiteral = (raw: unknown): boolean => raw === undefined || typeof raw !== 'object'
  return (
    [ignoreErrors, ignoreUnreachable, noLog, ...notify].every(isLiteral) &&
    (changedWhen ?? []).every(({ source }) => /^(true|false)$/i.test(source))
  )
}
