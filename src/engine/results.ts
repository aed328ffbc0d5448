import type { Frame } from './frame.ts'
import type { HostRun } from './hosts.ts'
import { flagOr, textOf } from './keywords.ts'
import type { PlayRun } from './playrun.ts'
import { scopeIn, type Reported } from './reporting.ts'
import type { Item, TaskRun } from './task.ts'
import { unknowable } from './values.ts'

/** The value that `register` keeps. */
export const resultOf = ({ items, loops }: TaskRun, variable: string): unknown => {
  const [first] = items
  if (!loops) return first?.outcome.result ?? null
  const kinds = items.map(({ outcome }) => outcome.kind)
  const isFailed = kinds.includes('failed')
  const doubt = items.map(({ outcome }) => outcome).find(({ kind }) => kind === 'maybe')
  const isChanged = kinds.includes('changed')
  return new Map<string, unknown>([
    ['changed', !isChanged && doubt?.kind === 'maybe' ? unknowable(doubt.reason) : isChanged],
    ['failed', isFailed],
    ['skipped', kinds.every(kind => kind === 'skipped')],
    ['msg', isFailed ? 'One or more items failed' : 'All items completed'],
    ['results', items.map(item => itemResult(item, variable))],
  ])
}

const itemResult = ({ outcome, value }: Item, variable: string): unknown => {
  if (!(outcome.result instanceof Map)) return outcome.result
  const result = outcome.result as Map<unknown, unknown>
  // A result that is only partly known stays what it is.
  const own = result.constructor === Map ? new Map(result) : result
  return own.set(variable, value).set('ansible_loop_var', variable)
}

interface Remembered {
  readonly task: Reported
  readonly host: HostRun
  readonly frame: Frame
  readonly sharers: readonly HostRun[]
}

/** Keeps the facts that an item's result holds, for the host or for its delegate. */
export const rememberFacts = (play: PlayRun, it: Remembered, item: Item): void => {
  const { result } = item.outcome
  // `set_fact` has set them itself.
  if (it.task.kind !== 'task' || it.task.module === 'set_fact') return
  if (!(result instanceof Map) || result.constructor !== Map) return
  const facts: unknown = (result as Map<unknown, unknown>).get('ansible_facts')
  if (!(facts instanceof Map) || facts.size === 0) return
  const scope = scopeIn(play, it, item)
  for (const host of factHosts(it, scope))
    play.run.services.variables.setFacts(host, facts as Map<string, unknown>)
}

/** The hosts whose facts a task sets: its delegate's with `delegate_facts`. */
export const factHosts = (
  { task, sharers }: { task: Reported; sharers: readonly HostRun[] },
  scope: ReturnType<typeof scopeIn>,
): readonly string[] => {
  const { delegateTo, delegateFacts } = task.keywords
  const delegate = flagOr(scope, delegateFacts, 'no') ? textOf(scope, delegateTo) : undefined
  return delegate === undefined ? sharers.map(({ name }) => name) : [delegate]
}
