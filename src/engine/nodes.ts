import type { Block, Node, RoleStart, Task } from '../language/play.ts'
import { UserError } from '../core/error.ts'
import { Uncertain } from '../core/uncertain.ts'
import { questionsAhead } from './ahead.ts'
import { validateRole } from './actions/argumentspec.ts'
import { within, type Frame } from './frame.ts'
import { flushHandlers } from './flush.ts'
import type { HostRun } from './hosts.ts'
import { runInclude } from './include.ts'
import { flag, numberOf } from './keywords.ts'
import { failed } from './outcome.ts'
import type { PlayRun } from './playrun.ts'
import { announce, settle } from './settle.ts'
import { isChosen } from './tags.ts'
import { runTask, type Standing } from './task.ts'

/** Runs a list of nodes on the hosts, each node on all of them before the next begins. */
export const runNodes = async (
  play: PlayRun,
  hosts: readonly HostRun[],
  frame: Frame,
): Promise<void> => {
  while (frame.next < frame.nodes.length) {
    const node = frame.nodes[frame.next++]
    const active = hosts.filter(host => host.active)
    if (node === undefined || active.length === 0 || play.ended) return
    await runNode(play, { node, hosts: active, frame })
  }
}

interface Step<N extends Node = Node> {
  readonly node: N
  readonly hosts: readonly HostRun[]
  readonly frame: Frame
}

const runNode = async (play: PlayRun, step: Step): Promise<void> => {
  const { node, hosts, frame } = step
  if (node.kind === 'block') return runBlock(play, { node, hosts, frame })
  if (!isChosen(node.keywords, play.run.options) && node.kind !== 'role start') return
  if (node.kind === 'include') return runInclude(play, { node, hosts, frame })
  if (node.kind === 'role start') return startRole(play, { node, hosts, frame })
  if (node.module === 'meta' && node.freeForm === 'flush_handlers')
    return flushHandlers(play, hosts)
  return runTaskNode(play, { node, hosts, frame })
}

/** One task on all hosts, or on the first for all of them. */
const runTaskNode = async (play: PlayRun, { node, hosts, frame }: Step<Task>): Promise<void> => {
  announce(play, node, frame)
  const [first] = hosts
  if (first === undefined) return
  const once = flag(play.scope(first.name, node), node.keywords.runOnce)
  const runners = once ? [first] : hosts
  const throttle = numberOf(play.scope(first.name, node), node.keywords.throttle, 0)
  const width = throttle > 0 ? throttle : runners.length
  for (let done = 0; done < runners.length; done += width)
    await Promise.all(
      runners
        .slice(done, done + width)
        .map(host =>
          play.run.withFork(async () =>
            runOn(play, { node, host, frame, sharers: once ? hosts : [host] }),
          ),
        ),
    )
  failTogether(play, node, hosts)
}

interface OnHost {
  readonly node: Task
  readonly host: HostRun
  readonly frame: Frame
  /** Hosts that get the result: all of them for `run_once`. */
  readonly sharers: readonly HostRun[]
}

/** Runs a task on one host and settles what comes of it: report, register, notify, out. */
export const runOn = async (
  play: PlayRun,
  { node, host, frame, sharers }: OnHost,
): Promise<void> => {
  const standing: Standing = {
    includeVars: frame.includeVars,
    locals: frame.locals.get(host.name) ?? new Map(),
    handler: frame.handler,
    maybe: frame.handler ? maybeReason(play, host, node) : undefined,
    ahead: () => questionsAhead(play, { host, frame, current: node }),
  }
  const done = await runTask(play, node, { host, standing })
  settle(play, { task: node, host, done, frame, sharers })
}

const maybeReason = (play: PlayRun, host: HostRun, node: Task): string | undefined => {
  const handler = play.handlers.all.find(({ node: own }) => own === node)
  const due = handler === undefined ? undefined : host.due.get(handler.key)
  return due?.kind === 'maybe' ? due.reason : undefined
}

/** `any_errors_fatal` and `max_fail_percentage`: one host's failure ends all. */
const failTogether = (play: PlayRun, node: Task, hosts: readonly HostRun[]): void => {
  const lost = hosts.filter(host => host.out === 'failed' || host.out === 'unreachable')
  const [first] = lost
  if (first === undefined) return
  const scope = play.scope(first.name, node)
  const limit = play.play.maxFailPercentage
  const share = (100 * play.hosts.filter(host => !host.active).length) / play.hosts.length
  const fatal =
    flag(scope, node.keywords.anyErrorsFatal) ||
    (limit !== undefined && share > Number(scope.value(limit)))
  if (fatal) for (const host of play.hosts) if (host.active) host.out = 'failed'
}

/** The block's tasks; its rescue for hosts that failed there; `always` for all. */
const runBlock = async (play: PlayRun, { node, hosts, frame }: Step<Block>): Promise<void> => {
  const rescued = node.rescue.length > 0
  await runNodes(play, hosts, within(frame, node.tasks, { rescued: rescued || frame.rescued }))
  if (rescued) {
    const failedHosts = hosts.filter(host => host.out === 'failed')
    const locals = new Map(frame.locals)
    for (const host of failedHosts) {
      host.out = undefined
      locals.set(
        host.name,
        new Map([...(frame.locals.get(host.name) ?? []), ...(host.failure ?? [])]),
      )
    }
    await runNodes(play, failedHosts, within(frame, node.rescue, { locals }))
  }
  if (node.always.length === 0) return
  const out = new Map(hosts.filter(host => host.out === 'failed').map(host => [host, host.out]))
  for (const host of out.keys()) host.out = undefined
  await runNodes(play, hosts, within(frame, node.always))
  for (const [host, earlier] of out) host.out ??= earlier
}

/** Validates a role's arguments on each host before its first task. */
const startRole = (play: PlayRun, { node, hosts, frame }: Step<RoleStart>): Promise<void> => {
  for (const host of hosts) {
    try {
      const locals = frame.locals.get(host.name) ?? new Map<string, unknown>()
      validateRole(
        node.role,
        play.scope(host.name, node, { includeVars: frame.includeVars, locals }),
      )
    } catch (error) {
      if (error instanceof Uncertain) continue
      if (!(error instanceof UserError)) throw error
      const item = { outcome: failed(error), label: null, value: null, ms: 0 }
      settle(play, {
        task: node,
        host,
        done: { items: [item], loops: false },
        frame,
        sharers: [host],
      })
    }
  }
  return Promise.resolve()
}
