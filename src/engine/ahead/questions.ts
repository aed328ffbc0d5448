import { setImmediate as immediate } from 'node:timers/promises'
import { dueProbe } from '../../host/index.ts'
import { isDear, type Question } from '../../host/state.ts'
import type { Task } from '../../language/play.ts'
import { openNow } from '../asking.ts'
import type { Frame } from '../frame.ts'
import type { HostRun } from '../hosts.ts'
import type { PlayRun } from '../playrun.ts'
import { isChosen } from '../tags.ts'
import type { ItemsToCome } from '../task.ts'
import { Foreknown } from './foreknown.ts'
import { passingOver } from './passover.ts'
import { resultAhead, writes } from './results.ts'
import { turnOf, turnsAhead, type TurnAhead } from './turns.ts'
import { upcoming } from './walk.ts'

interface Where {
  readonly host: HostRun
  readonly frame: Frame
  /** The task whose turn it is, and the items of its loop that are still to come. */
  readonly current: Task
  readonly items: ItemsToCome['items']
}

/** Turns after which what hosts send is looked at: they may be letting us in meanwhile. */
const TURNS_AT_A_TIME = 2

const pausing = (): (() => Promise<void>) => {
  let turns = 0
  return async () => {
    if (++turns % TURNS_AT_A_TIME === 0) await immediate()
  }
}

/**
 * The open questions to a host's machine of the tasks ahead, in this play and those after it, as far
 * as their conditions and arguments can be known now: where a task in between registers what the
 * machine has answered already, with that. It only fills the cache: at its turn every task is
 * evaluated afresh.
 */
export const questionsAhead = async (
  play: PlayRun,
  { host, frame, current, items }: Where,
): Promise<readonly Question[]> => {
  if (!play.run.options.lookAhead) return []
  const own = play.run.fleet.known(host.name)
  const questions: Question[] = []
  const foreknown = new Foreknown()
  // Whether every turn so far asks something dear, as this one may.
  let isBeside = true
  const ask = ({ asked, isSkipped }: TurnAhead): void => {
    const open = asked !== undefined && asked.state === own ? openNow(asked) : []
    isBeside &&= isSkipped || open.some(isDear)
    questions.push(...open.filter(question => isBeside || !isDear(question)))
  }
  const askDue = ({ asked }: TurnAhead): void => {
    const question = asked && { probe: dueProbe, as: asked.as }
    if (question !== undefined && asked?.state === own && own?.has(question) === false)
      questions.push(question)
  }
  const here = { node: current, frame, view: play, hosts: new Set([host.name]) }
  const pause = pausing()
  for (const { locals } of items.slice(0, host.window)) {
    await pause()
    await passingOver(async () => {
      ask(await turnOf(here, host.name, { locals, foreknown }))
    }, undefined)
  }
  foreknown.forget(new Set([host.name]), writes(current) ?? [])
  let left = host.window - items.length
  for (const next of upcoming(play, frame)) {
    await pause()
    const { node, hosts } = next
    if (left-- <= 0 || node.kind === 'include') break
    if (!isChosen(node.keywords, play.run.options)) continue
    const names = writes(node)
    if (names === undefined) break
    const turns = await passingOver(() => turnsAhead(next, host, foreknown), [])
    if (next.view.play.handlers.length > 0) turns.forEach(askDue)
    turns.forEach(ask)
    if (names.length === 0) continue
    foreknown.forget(hosts, names)
    const known = await passingOver(() => resultAhead(node, turns), undefined)
    if (known === undefined) continue
    for (const name of known.isShared ? hosts : [host.name]) foreknown.know(name, known.values)
  }
  return questions
}
