import { UserError } from '../core/error.ts'
import { groupBy } from '../core/group.ts'
import { ANYTHING, NOTHING, type Possible } from '../core/overseer.ts'
import { Uncertain } from '../core/uncertain.ts'
import type { Include, Node, VarsLayer } from '../language/play.ts'
import type { Scope } from '../language/scope.ts'
import { asksForCheckMode } from './checkmode.ts'
import { within, type Frame } from './frame.ts'
import type { HostRun } from './hosts.ts'
import { flag, flagOr, textOf } from './keywords.ts'
import { notKnown } from './maybe.ts'
import { failed, type Outcome } from './outcome.ts'
import { runNodes } from './nodes.ts'
import { overseenInclude } from './oversee.ts'
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
  /** Why a dry run cannot know whether it is included, or could not know what a real run includes. */
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
  const one = (of: Of, outcome?: Outcome): Item => {
    const scopeWith = (onRead?: OnRead): Scope =>
      scopeIn(play, { task: node, host, frame }, of, onRead)
    const around = frame.maybe?.get(host.name)
    const begun = { node, host, handler: frame.handler, maybe: around, item: of.index, scopeWith }
    const { decided, overseen } = overseenInclude(play, begun, () =>
      outcome === undefined
        ? decide(play, { node, around, scopeWith })
        : { decided: outcome, possible: outcome.kind === 'maybe' ? ANYTHING : undefined },
    )
    const { label, value } = of
    const item = { label, value, locals: of.locals, ms: 0, overseen }
    if (!('target' in decided)) {
      if (decided.kind === 'maybe') untold(play, host, decided.reason)
      return { ...item, outcome: decided }
    }
    const { target } = decided
    const locals = new Map([...outer, ...of.locals])
    const maybe = overseen?.isOpen === true ? UNFORESEEN : decided.maybe
    found.push({ host, index: of.index ?? 0, target, locals, maybe })
    return { ...item, outcome: outcomeOf(play, decided) }
  }
  const scopeWith = (locals: Item['locals']): Scope =>
    scopeIn(play, { task: node, host, frame }, { locals })
  const items = itemsFrom(values, { play, node, scopeWith }, one)
  const done = { items, loops: Array.isArray(values) }
  settle(play, { task: node, host, done, frame, sharers: [host] })
  return host.active ? found : []
}

type OnRead = (name: string) => void

const UNFORESEEN = 'the plan could not know what is included here'

interface Of extends Pick<Item, 'label' | 'value' | 'locals'> {
  /** The item's number; undefined without a loop. */
  readonly index: number | undefined
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
  one: (of: Of, outcome?: Outcome) => Item,
): Item[] => {
  const alone: Of = { label: null, value: null, locals: new Map(), index: undefined }
  if (values === undefined) return [one(alone)]
  if (values instanceof UserError) return [one(alone, failed(values))]
  if (values instanceof Uncertain) return [one(alone, unclear(play, values.reason))]
  return values.map((value, index) => {
    const locals = loopVariables(node.loop, values, index)
    return one({ label: labelOf(node.loop, scopeWith(locals), value), value, locals, index })
  })
}

const outcomeOf = (
  play: PlayRun,
  { target, maybe }: Pick<Inclusion, 'target' | 'maybe'>,
): Outcome => (maybe === undefined ? included(target) : unclear(play, maybe))

const included = ({ name }: Target): Outcome => ({
  kind: 'ok',
  result: new Map<string, unknown>([
    ['changed', false],
    ['include', name],
  ]),
})

interface Decided {
  readonly decided: Outcome | Pick<Inclusion, 'target' | 'maybe'>
  /** Present where a dry run is not certain of it: what a real run may include. */
  readonly possible?: Possible | undefined
}

interface Deciding {
  readonly node: Include
  readonly around: string | undefined
  readonly scopeWith: (onRead?: OnRead) => Scope
}

/** The target; or skipped by its condition, failed, or unknown. */
const decide = (play: PlayRun, { node, around, scopeWith }: Deciding): Decided => {
  const { dryRun } = play.run.options
  const scope = scopeWith()
  const { when } = node.keywords
  const condition = guarded(() => scope.firstFalse(when))
  if (condition instanceof UserError) return { decided: failed(condition) }
  if (!(condition instanceof Uncertain) && condition.value !== undefined) {
    const isOpen = dryRun && asksForCheckMode(when, scopeWith)
    return { decided: skipped(condition.value), possible: isOpen ? ANYTHING : undefined }
  }
  const open = (reason: string): Decided => ({
    decided: unclear(play, reason),
    possible: dryRun ? ANYTHING : undefined,
  })
  // What a real run has come to is reached.
  const maybe = condition instanceof Uncertain ? condition.reason : dryRun ? around : undefined
  if (maybe !== undefined && !dryRun) return open(maybe)
  const target = guarded(() => targetOf(play, node, scope))
  if ('value' in target)
    return {
      decided: { target: target.value, maybe },
      possible: maybe === undefined ? undefined : NOTHING,
    }
  if (maybe !== undefined) return open(maybe)
  return target instanceof Uncertain ? open(target.reason) : { decided: failed(target) }
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
    const around = play.run.options.dryRun ? maybe : undefined
    const reason = loaded instanceof Uncertain ? loaded.reason : around
    const outcome = reason === undefined ? failed(loaded) : unclear(play, reason)
    const item = { outcome, label: null, value: null, locals: new Map(), ms: 0 }
    const done = { items: [item], loops: false }
    settle(play, { task: node, host, done, frame, sharers: [host] })
  }
  return undefined
}
