import { UserError } from '../core/error.ts'
import { groupBy } from '../core/group.ts'
import { Uncertain } from '../core/uncertain.ts'
import type { Include, Node, VarsLayer } from '../language/play.ts'
import type { Scope } from '../language/scope.ts'
import { within, type Frame } from './frame.ts'
import type { HostRun } from './hosts.ts'
import { flag, flagOr, textOf } from './keywords.ts'
import { notKnown } from './maybe.ts'
import { failed, type Outcome } from './outcome.ts'
import { runNodes } from './nodes.ts'
import type { PlayRun } from './playrun.ts'
import { announce, scopeIn } from './reporting.ts'
import { settle } from './settle.ts'
import { itemsOf, labelOf, loopVariables, type Item } from './task.ts'

interface Step {
  readonly node: Include
  readonly hosts: readonly HostRun[]
  readonly frame: Frame
}

/** What an include comes to on one host, for one item of its loop. */
interface Inclusion {
  readonly host: HostRun
  readonly index: number
  readonly target: Target
  readonly locals: ReadonlyMap<string, unknown>
  /** Why a dry run cannot know whether it is included. */
  readonly maybe: string | undefined
}

/** The file of tasks, or the role and which of its files. */
interface Target {
  readonly name: string
  readonly tasksFrom: string | undefined
}

/** Evaluates the include on each host and runs what it names, hosts that name the same together. */
export const runInclude = async (play: PlayRun, { node, hosts, frame }: Step): Promise<void> => {
  announce(play, node, { hosts, frame })
  const [first] = hosts
  if (first === undefined) return
  const once = flagOr(
    scopeIn(play, { task: node, host: first, frame }),
    node.keywords.runOnce,
    'no',
  )
  const asked = once ? [first] : hosts
  const inclusions = asked.flatMap(host => inclusionsOf(play, host, { node, hosts, frame }))
  const shared = once
    ? inclusions.flatMap(inclusion => hosts.map(host => ({ ...inclusion, host })))
    : inclusions
  const key = ({ index, target }: Inclusion): string =>
    [index, target.name, target.tasksFrom ?? ''].join('\0')
  for (const group of groupBy(shared, key).values()) await runGroup(play, group, { node, frame })
}

const runGroup = async (
  play: PlayRun,
  group: readonly [Inclusion, ...Inclusion[]],
  { node, frame }: Pick<Step, 'node' | 'frame'>,
): Promise<void> => {
  const nodes = load(play, { node, frame }, group)
  if (nodes === undefined) return
  const inner = within(frame, nodes, {
    locals: new Map(group.map(one => [one.host.name, one.locals])),
    includeVars: [...frame.includeVars, ...ownVars(node)],
    maybe: doubtful(frame, group),
  })
  await runNodes(
    play,
    group.map(({ host }) => host),
    inner,
  )
}

const doubtful = (frame: Frame, group: readonly Inclusion[]): Frame['maybe'] =>
  new Map([
    ...(frame.maybe ?? []),
    ...group.flatMap(({ host, maybe }) =>
      maybe === undefined ? [] : [[host.name, maybe] as const],
    ),
  ])

/** Vars of the include itself; those that it inherits reach its tasks by themselves. */
const ownVars = ({ keywords, inherited }: Include): readonly VarsLayer[] =>
  keywords.vars.filter(layer => !inherited.keywords.vars.includes(layer))

/** The include's outcomes on a host are settled at once; what it names is run afterwards. */
const inclusionsOf = (play: PlayRun, host: HostRun, { node, frame }: Step): Inclusion[] => {
  const values = itemsOf(node, scopeIn(play, { task: node, host, frame }))
  const outer = frame.locals.get(host.name) ?? new Map<string, unknown>()
  const found: Inclusion[] = []
  const one = (index: number, of: Pick<Item, 'label' | 'value' | 'locals'>): Item => {
    const around = frame.maybe?.get(host.name)
    const decided = decide(play, { node, around }, scopeIn(play, { task: node, host, frame }, of))
    if (!('target' in decided)) {
      if (decided.kind === 'maybe') untold(play, host, decided.reason)
      return { ...of, outcome: decided, ms: 0 }
    }
    const { target, maybe } = decided
    const locals = new Map([...outer, ...of.locals])
    found.push({ host, index, target, locals, maybe })
    const outcome = maybe === undefined ? included(target) : unclear(play, maybe)
    return { ...of, outcome, ms: 0 }
  }
  const scopeWith = (locals: Item['locals']): Scope =>
    scopeIn(play, { task: node, host, frame }, { locals })
  if (values instanceof Uncertain) untold(play, host, values.reason)
  const items = itemsFrom(values, { play, node, scopeWith }, one)
  const done = { items, loops: Array.isArray(values) }
  settle(play, { task: node, host, done, frame, sharers: [host] })
  return host.active ? found : []
}

/** Tasks that nobody knows may change anything. */
const untold = (play: PlayRun, host: HostRun, reason: string): void => {
  const { fleet } = play.run
  const state = fleet.known(host.name) ?? fleet.of(host.name, play.scopeOfHost(host.name))
  state.layUncertain('everything', reason)
}

const itemsFrom = (
  values: ReturnType<typeof itemsOf>,
  {
    play,
    node,
    scopeWith,
  }: { play: PlayRun; node: Include; scopeWith: (locals: Item['locals']) => Scope },
  one: (index: number, of: Pick<Item, 'label' | 'value' | 'locals'>) => Item,
): Item[] => {
  const alone = { label: null, value: null, locals: new Map<string, unknown>() }
  if (values === undefined) return [one(0, alone)]
  if (values instanceof UserError) return [{ ...alone, outcome: failed(values), ms: 0 }]
  if (values instanceof Uncertain)
    return [{ ...alone, outcome: unclear(play, values.reason), ms: 0 }]
  return values.map((value, index) => {
    const locals = loopVariables(node.loop, values, index)
    return one(index, { label: labelOf(node.loop, scopeWith(locals), value), value, locals })
  })
}

const included = ({ name }: Target): Outcome => ({
  kind: 'ok',
  result: new Map<string, unknown>([
    ['changed', false],
    ['include', name],
  ]),
})

/** The target; or skipped by its condition, failed, or unknown. */
const decide = (
  play: PlayRun,
  { node, around }: { node: Include; around: string | undefined },
  scope: Scope,
): Outcome | Pick<Inclusion, 'target' | 'maybe'> => {
  const condition = guarded(() => scope.firstFalse(node.keywords.when))
  if (condition instanceof UserError) return failed(condition)
  if (!(condition instanceof Uncertain) && condition.value !== undefined)
    return skipped(condition.value)
  const maybe = condition instanceof Uncertain ? condition.reason : around
  if (maybe !== undefined && !play.run.options.dryRun) return unclear(play, maybe)
  const target = guarded(() => targetOf(play, node, scope))
  if ('value' in target) return { target: target.value, maybe }
  if (maybe !== undefined) return unclear(play, maybe)
  return target instanceof Uncertain ? unclear(play, target.reason) : failed(target)
}

const skipped = (condition: string): Outcome => ({
  kind: 'skipped',
  reason: `condition is false: ${condition}`,
  result: new Map([['skipped', true]]),
})

const targetOf = (play: PlayRun, node: Include, scope: Scope): Target => {
  const name = textOf(scope, node.target) ?? ''
  const tasksFrom = textOf(scope, node.tasksFrom)
  return { name: node.what === 'role' ? name : play.find(node, 'tasks', name), tasksFrom }
}

const unclear = ({ run }: PlayRun, reason: string): Outcome => notKnown(run.options.dryRun, reason)

const guarded = <T>(work: () => T): { value: T } | Uncertain | UserError => {
  try {
    return { value: work() }
  } catch (error) {
    if (error instanceof Uncertain || error instanceof UserError) return error
    throw error
  }
}

/** The included nodes; a file or role that cannot be read fails the hosts that asked for it. */
const load = (
  play: PlayRun,
  { node, frame }: Pick<Step, 'node' | 'frame'>,
  group: readonly [Inclusion, ...Inclusion[]],
): readonly Node[] | undefined => {
  const [{ host: first, target, locals }] = group
  const { name, tasksFrom } = target
  const { loader, variables } = play.run.services
  const loaded = guarded(() => {
    if (node.what === 'tasks') return loader.tasks(name, node)
    const role = loader.role(name, tasksFrom, node)
    play.handlers.add(role.handlers)
    const scope = scopeIn(play, { task: node, host: first, frame }, { locals })
    if (flag(scope, node.isPublic)) variables.exposeRole(role.role)
    return role.nodes
  })
  if ('value' in loaded) return loaded.value
  for (const { host, maybe } of group) {
    const reason = loaded instanceof Uncertain ? loaded.reason : maybe
    const outcome = reason === undefined ? failed(loaded) : unclear(play, reason)
    const item = { outcome, label: null, value: null, locals: new Map(), ms: 0 }
    const done = { items: [item], loops: false }
    settle(play, { task: node, host, done, frame, sharers: [host] })
  }
  return undefined
}
