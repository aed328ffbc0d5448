import type { Block, Node, RoleStart, Task } from '../language/play.ts'
import type { Scope } from '../language/scope.ts'
import { UserError } from '../core/error.ts'
import { Uncertain } from '../core/uncertain.ts'
import { questionsAhead } from './ahead/questions.ts'
import { validateRole } from './actions/argumentspec.ts'
import { FLUSH_HANDLERS } from './builtin.ts'
import { within, type Frame } from './frame.ts'
import { flushHandlers } from './flush.ts'
import type { HostRun } from './hosts.ts'
import { runInclude } from './include.ts'
import { flag, flagOr, numberOf } from './keywords.ts'
import { failed } from './outcome.ts'
import type { PlayRun } from './playrun.ts'
import { announce, scopeIn } from './reporting.ts'
import { settle } from './settle.ts'
import { beginDoubts, perhapsRescue } from './doubts.ts'
import { atOwnPace } from './order/index.ts'
import { paceOf, type Pace } from './order/pace.ts'
import { isChosen } from './tags.ts'
import { runTask, type Standing } from './task.ts'
import { comingTurns } from './together/coming.ts'

/** Runs a list of nodes on the hosts, each node on all of them before the next begins. */
export const runNodes = async (
  play: PlayRun,
  hosts: readonly HostRun[],
  frame: Frame,
): Promise<void> => {
  const runAlone = (host: HostRun, own: Frame): Promise<void> => runNodes(play, [host], own)
  while (frame.next < frame.nodes.length) {
    if (play.ended) return
    if (play.order === undefined) play.tellLost()
    const active = hosts.filter(host => host.active)
    if (await atOwnPace(play, { hosts: active, frame }, runAlone)) continue
    const node = frame.nodes[frame.next++]
    if (node === undefined) return
    if (node === FLUSH_HANDLERS) await flushHandlers(play, play.hosts)
    else if (active.length > 0) await runNode(play, { node, hosts: active, frame })
  }
}

interface Step<N extends Node = Node> {
  readonly node: N
  readonly hosts: readonly HostRun[]
  readonly frame: Frame
}

const runNode = async (play: PlayRun, step: Step): Promise<void> => {
  const { node, hosts, frame } = step
  for (const host of hosts) play.order?.reach(host.name, node)
  if (node.kind === 'block') return runBlock(play, { node, hosts, frame })
  // A handler that was notified runs whatever its tags, and so does what follows from changes.
  const always = frame.handler || node.kind === 'role start'
  if (!always && !isChosen(node.keywords, play.run.options)) return
  if (node.kind === 'include') return runInclude(play, { node, hosts, frame })
  if (node.kind === 'role start') return startRole(play, { node, hosts, frame })
  if (node.module === 'meta' && node.freeForm === 'flush_handlers')
    return flushHere(play, { node, hosts, frame })
  return runTaskNode(play, { node, hosts, frame })
}

/** `meta: flush_handlers`, on the hosts whose condition holds. */
const flushHere = async (play: PlayRun, { node, hosts, frame }: Step<Task>): Promise<void> => {
  if (node.keywords.when.length === 0) return flushHandlers(play, hosts)
  // The task itself tells who skips it and whose condition cannot be evaluated.
  await runTaskNode(play, { node, hosts, frame })
  const wanted = hosts.filter(
    host => host.active && scopeIn(play, { task: node, host, frame }).holds(node.keywords.when),
  )
  await flushHandlers(play, wanted)
}

/** Actions of the whole run: their first host speaks for all. */
const ONCE = ['add_host', 'pause']

/** One task on all hosts, or on the first for all of them. */
const runTaskNode = async (play: PlayRun, { node, hosts, frame }: Step<Task>): Promise<void> => {
  const [first] = hosts
  if (first === undefined) return
  const spread = spreadOf(scopeIn(play, { task: node, host: first, frame }), node, hosts)
  const runners = spread instanceof UserError ? hosts : spread.runners
  announce(play, node, { hosts: runners, frame })
  if (spread instanceof UserError) failAll(play, { node, hosts, frame }, spread)
  else await runSpread(play, { node, hosts, frame }, spread)
  failTogether(play, { node, hosts, frame })
}

const runSpread = async (
  play: PlayRun,
  { node, hosts, frame }: Step<Task>,
  { runners, width }: Spread,
): Promise<void> => {
  const sharersOf = (host: HostRun): readonly HostRun[] => (runners === hosts ? [host] : hosts)
  for (let done = 0; done < runners.length; done += width)
    await Promise.all(
      runners
        .slice(done, done + width)
        .map(host =>
          play.run.withFork(() => runOn(play, { node, host, frame, sharers: sharersOf(host) })),
        ),
    )
}

/** The hosts that a task runs on, and on how many of them at a time. */
interface Spread {
  readonly runners: readonly HostRun[]
  readonly width: number
}

const spreadOf = (
  scope: Scope,
  { keywords, module }: Task,
  hosts: readonly HostRun[],
): Spread | UserError => {
  try {
    const once = ONCE.includes(module) || flag(scope, keywords.runOnce)
    const throttle = numberOf(scope, keywords.throttle, 0)
    return {
      runners: once ? hosts.slice(0, 1) : hosts,
      width: throttle > 0 ? throttle : hosts.length,
    }
  } catch (error) {
    if (error instanceof UserError) return error
    if (!(error instanceof Uncertain)) throw error
    return new UserError('E_NOT_RUN', error.reason)
  }
}

/** A mistake that keeps a task from running anywhere. */
const failAll = (
  play: PlayRun,
  { node, hosts, frame }: Step<Task | RoleStart>,
  error: UserError,
): void => {
  const locals = new Map<string, unknown>()
  const item = { outcome: failed(error), label: null, value: null, locals, ms: 0 }
  const done = { items: [item], loops: false }
  for (const host of hosts) settle(play, { task: node, host, done, frame, sharers: [host] })
}

interface OnHost {
  readonly node: Task
  readonly host: HostRun
  readonly frame: Frame
  /** Hosts that get the result: all of them for `run_once`. */
  readonly sharers: readonly HostRun[]
}

/** Runs a task on one host and settles what comes of it: report, register, notify, out. */
const runOn = async (play: PlayRun, { node, host, frame, sharers }: OnHost): Promise<void> => {
  const standing: Standing = {
    includeVars: frame.includeVars,
    locals: frame.locals.get(host.name) ?? new Map(),
    handler: frame.handler,
    sharers,
    maybe: maybeReason(play, host, { node, frame }),
    ahead: ({ items }) => questionsAhead(play, { host, frame, current: node, items }),
    coming: toCome => comingTurns(play, { host, frame, current: node, toCome }),
    pace: paceOf(play, host, wait => play.run.withoutFork(wait)),
  }
  const done = await runTask(play, node, { host, standing })
  settle(play, { task: node, host, done, frame, sharers })
}

const maybeReason = (
  play: PlayRun,
  host: HostRun,
  { node, frame }: Pick<Step<Task>, 'node' | 'frame'>,
): string | undefined => {
  const around = frame.maybe?.get(host.name)
  if (around !== undefined) return around
  if (frame.rescued && host.doubt?.isMeant === true) return host.doubt.reason
  if (!frame.handler) return undefined
  const handler = play.handlers.all.find(({ node: own }) => own === node)
  const due = handler === undefined ? undefined : host.due.get(handler.key)
  return due?.kind === 'maybe' ? due.reason : undefined
}

/** `any_errors_fatal` and `max_fail_percentage`: one host's failure ends all. */
const failTogether = (play: PlayRun, { node, hosts, frame }: Step<Task>): void => {
  const lost = hosts.filter(host => host.isLost)
  const [first] = lost
  if (first === undefined) return
  const scope = scopeIn(play, { task: node, host: first, frame })
  const limit = frame.rescued ? undefined : play.play.maxFailPercentage
  const share = (100 * play.hosts.filter(host => host.isLost).length) / play.hosts.length
  const isFatal =
    flagOr(scope, node.keywords.anyErrorsFatal, 'no') ||
    (limit !== undefined && share > Number(scope.value(limit)))
  if (!isFatal) return
  for (const host of play.hosts)
    if (host.active) {
      host.out = 'failed'
      host.failure = first.failure
    }
}

/** The block's tasks; its rescue for hosts that failed there; `always` for all. */
const runBlock = async (play: PlayRun, { node, hosts, frame }: Step<Block>): Promise<void> => {
  const isRescued = node.rescue.length > 0
  const inner = within(frame, node.tasks, { rescued: isRescued || frame.rescued })
  const settleDoubts = beginDoubts(hosts)
  await runNodes(play, hosts, inner)
  const doubts = settleDoubts(isRescued ? 'made good' : 'left')
  const locals = withFailures(frame, hosts)
  if (isRescued) {
    const failedHosts = hosts.filter(host => host.out === 'failed')
    for (const host of failedHosts) host.out = undefined
    await runNodes(play, failedHosts, within(frame, node.rescue, { locals }))
    await perhapsRescue(play, { node, hosts, frame }, doubts)
  }
  if (node.always.length === 0) return
  const settleLater = beginDoubts(hosts)
  const out = new Map(hosts.filter(host => host.out === 'failed').map(host => [host, host.out]))
  for (const host of out.keys()) host.out = undefined
  await runNodes(play, hosts, within(frame, node.always, { locals }))
  for (const [host, earlier] of out) host.out ??= earlier
  settleLater('left')
}

/** What `rescue` and `always` know besides: the failure in the block of each host that has one. */
const withFailures = (frame: Frame, hosts: readonly HostRun[]): Frame['locals'] => {
  const locals = new Map(frame.locals)
  for (const { name, out, failure } of hosts)
    if (out === 'failed')
      locals.set(name, new Map([...(frame.locals.get(name) ?? []), ...(failure ?? [])]))
  return locals
}

/** Validates a role's arguments on each host before its first task. */
const startRole = async (play: PlayRun, { node, hosts, frame }: Step<RoleStart>): Promise<void> => {
  const broken: { readonly host: HostRun; readonly error: UserError }[] = []
  for (const host of hosts) {
    const pace = paceOf(play, host)
    const error = await pace.inTurn(() => brokenArguments(play, { node, host, frame, pace }))
    if (error !== undefined) broken.push({ host, error })
  }
  if (broken.length > 0) announce(play, node, { hosts, frame })
  for (const { host, error } of broken) failAll(play, { node, hosts: [host], frame }, error)
}

const brokenArguments = (
  play: PlayRun,
  { node, host, frame, pace }: { node: RoleStart; host: HostRun; frame: Frame; pace: Pace },
): UserError | undefined => {
  const scope = scopeIn(play, { task: node, host, frame }, undefined, pace.onRead)
  try {
    if (scope.holds(node.keywords.when)) validateRole(node.role, scope)
    return undefined
  } catch (error) {
    if (error instanceof Uncertain) return undefined
    if (error instanceof UserError) return error
    throw error
  }
}
