import { Refusal, type OverseenTurn, type Possible } from '../core/overseer.ts'
import type { Node } from '../language/play.ts'
import type { Scope } from '../language/scope.ts'
import { savedPlan } from './builtin.ts'
import type { Frame } from './frame.ts'
import type { HostRun } from './hosts.ts'
import { failed, type Outcome } from './outcome.ts'
import type { PlayRun } from './playrun.ts'
import { announce, hides } from './reporting.ts'
import { settle } from './settle.ts'

/** What the turn of a task or include on a host begins with. */
export interface TurnBegun {
  readonly node: Exclude<Node, { kind: 'block' }>
  readonly host: HostRun
  readonly handler: boolean
  /** Why a dry run cannot know that it is reached, or that a plan could not know of it. */
  readonly maybe: string | undefined
  readonly item: number | undefined
  /** The variables as this turn has them. */
  readonly scopeWith: () => Scope
}

/** The turn as the overseer has begun it; nothing where there is none. Throws Refusal. */
const begin = (
  play: PlayRun,
  { node, host, handler, maybe, item, scopeWith }: TurnBegun,
): OverseenTurn | undefined =>
  play.run.services.overseer?.begin({
    host: host.name,
    play: play.play.at,
    at: node.at,
    handler,
    item,
    task: node.keywords.name ?? (node.kind === 'task' ? node.module : ''),
    isHidden: hides(scopeWith(), node),
    isUnforeseen: !play.run.options.dryRun && maybe !== undefined,
    afterFailure: host.failure !== undefined,
  })

/** Does a turn's work under the overseer's eyes; what it refuses ends the host's part in the run. */
export const overseen = async (
  play: PlayRun,
  begun: TurnBegun,
  work: (turn: OverseenTurn | undefined) => Promise<Outcome>,
): Promise<{ readonly outcome: Outcome; readonly overseen: OverseenTurn | undefined }> => {
  let turn: OverseenTurn | undefined
  try {
    turn = begin(play, begun)
    const outcome = await work(turn)
    turn?.over(outcome.kind)
    return { outcome, overseen: turn }
  } catch (error) {
    if (error instanceof Refusal) return { outcome: refused(error), overseen: turn }
    throw error
  }
}

/** The same for an include, which is decided at once. */
export const overseenInclude = <T extends object>(
  play: PlayRun,
  begun: TurnBegun,
  decide: () => { readonly decided: Outcome | T; readonly possible?: Possible | undefined },
): { readonly decided: Outcome | T; readonly overseen: OverseenTurn | undefined } => {
  let turn: OverseenTurn | undefined
  try {
    turn = begin(play, begun)
    const { decided, possible } = decide()
    if (possible !== undefined) turn?.unsure(possible, undefined)
    turn?.over('kind' in decided ? decided.kind : 'ok')
    return { decided, overseen: turn }
  } catch (error) {
    if (error instanceof Refusal) return { decided: refused(error), overseen: turn }
    throw error
  }
}

/** The outcome of what an overseer refuses: nothing forgives it. */
const refused = ({ reason }: Refusal): Outcome => {
  const outcome = failed(reason)
  return outcome.kind === 'failed' ? { ...outcome, stops: true } : outcome
}

/** Asks the overseer before a host's first task whether it may take part. */
export const admit = (play: PlayRun, frame: Frame): void => {
  const { overseer } = play.run.services
  if (overseer === undefined) return
  const { hosts } = play
  const asked = hosts.filter(host => !host.admitted)
  for (const host of asked) host.admitted = true
  const turnedAway = asked.flatMap(host => {
    const reason = overseer.refusalOf(host.name)
    return reason === undefined ? [] : [{ host, outcome: refused(new Refusal(reason)) }]
  })
  tell(play, frame, turnedAway)
}

/** Asks when all plays are over what hosts that still take part have left undone. */
export const askWhatIsLeft = (play: PlayRun, hosts: Iterable<HostRun>): void => {
  const left = [...hosts]
    .filter(host => host.active)
    .flatMap(host => {
      const reason = play.run.services.overseer?.leftUndone(host.name)
      return reason === undefined ? [] : [{ host, outcome: refused(new Refusal(reason)) }]
    })
  tell(play, play.frame([]), left)
}

const tell = (
  play: PlayRun,
  frame: Frame,
  told: readonly { readonly host: HostRun; readonly outcome: Outcome }[],
): void => {
  if (told.length === 0) return
  const task = savedPlan(play.play)
  announce(play, task, { hosts: told.map(({ host }) => host), frame })
  for (const { host, outcome } of told) {
    const item = { outcome, label: null, value: null, locals: new Map<string, unknown>(), ms: 0 }
    const done = { items: [item], loops: false }
    settle(play, { task, host, done, frame, sharers: [host] })
  }
}
