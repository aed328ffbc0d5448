import type { Block, Task } from '../language/play.ts'
import { within, type Frame } from './frame.ts'
import type { Doubt, HostRun } from './hosts.ts'
import { flagOr } from './keywords.ts'
import { runNodes } from './nodes.ts'
import type { Outcome } from './outcome.ts'
import type { PlayRun } from './playrun.ts'
import { referenceTo, scopeIn, type Reported } from './reporting.ts'
import type { Item } from './task.ts'
import { PartlyKnown, unknowable } from './values.ts'

/** Whether a rescue makes a block's failures good, or leaves them to the blocks around it. */
type Ending = 'made good' | 'left'

/**
 * Begins a block without doubts of its own. What is given back ends it: it tells the block's doubts,
 * which the blocks around it share unless a rescue makes them good.
 */
export const beginDoubts = (
  hosts: readonly HostRun[],
): ((ending: Ending) => ReadonlyMap<HostRun, Doubt>) => {
  const outer = new Map(hosts.map(host => [host, host.doubt]))
  for (const host of hosts) host.doubt = undefined
  return ending => {
    const own = new Map<HostRun, Doubt>()
    for (const host of hosts) {
      if (host.doubt !== undefined) own.set(host, host.doubt)
      const earlier = outer.get(host)
      host.doubt = ending === 'left' ? worse(earlier, host.doubt) : earlier
    }
    return own
  }
}

const worse = (a: Doubt | undefined, b: Doubt | undefined): Doubt | undefined =>
  a === undefined || (b?.isMeant === true && !a.isMeant) ? b : a

interface Done {
  readonly task: Reported
  readonly host: HostRun
  readonly frame: Frame
  readonly done: { readonly items: readonly Item[] }
}

/** Keeps in mind that a task which a dry run has not carried out may fail. */
export const noteDoubt = (play: PlayRun, { task, host, frame, done }: Done): void => {
  if (task.kind !== 'task') return
  const scope = scopeIn(play, { task, host, frame })
  if (flagOr(scope, task.keywords.ignoreErrors, 'no')) return
  if (task.failedWhen?.some(({ source }) => source.toLowerCase() === 'false') === true) return
  const isMeant = done.items.some(({ outcome }) => mayFailAsMeant(task, outcome))
  if (!isMeant && !done.items.some(({ outcome }) => outcome.result instanceof PartlyKnown)) return
  const reason = `depends on whether ${referenceTo(scope, task)} fails, which has not run`
  host.doubt = worse(host.doubt, { reason, isMeant })
}

/** Tasks whose very purpose is to fail if something does not hold. */
const mayFailAsMeant = (task: Task, outcome: Outcome): boolean =>
  outcome.kind === 'maybe' &&
  (task.module === 'fail' || task.module === 'assert' || task.failedWhen !== undefined)

/** A rescue that a dry run cannot know to be needed: all that it does is a maybe. */
export const perhapsRescue = async (
  play: PlayRun,
  { node, hosts, frame }: { node: Block; hosts: readonly HostRun[]; frame: Frame },
  doubts: ReadonlyMap<HostRun, Doubt>,
): Promise<void> => {
  const doubted = hosts.filter(host => host.active && doubts.has(host))
  if (doubted.length === 0) return
  const locals = new Map(frame.locals)
  const maybe = new Map(frame.maybe)
  for (const host of doubted) {
    const reason = doubts.get(host)?.reason ?? ''
    maybe.set(host.name, reason)
    const failure = FAILURE.map(name => [name, unknowable(reason)] as const)
    locals.set(host.name, new Map([...(frame.locals.get(host.name) ?? []), ...failure]))
  }
  await runNodes(play, doubted, within(frame, node.rescue, { locals, maybe }))
}

const FAILURE = ['ansible_failed_task', 'ansible_failed_result']
