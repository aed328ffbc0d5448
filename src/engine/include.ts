import { UserError } from '../core/error.ts'
import { groupBy } from '../core/group.ts'
import { Uncertain } from '../core/uncertain.ts'
import type { Include, Node, VarsLayer } from '../language/play.ts'
import type { Scope } from '../language/scope.ts'
import { within, type Frame } from './frame.ts'
import type { HostRun } from './hosts.ts'
import { flag, flagOr, textOf } from './keywords.ts'
import { failed, type Outcome } from './outcome.ts'
import { asksForCheckMode } from './maybe.ts'
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
  /** A dry run could not foresee what it brings along on this host. */
  readonly isUnforeseen: boolean
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
  const hosts = group.map(({ host }) => host)
  const nodes = load(play, { node, hosts, frame }, group[0])
  if (nodes === undefined) return
  const inner = within(frame, nodes, {
    locals: new Map(group.map(one => [one.host.name, one.locals])),
    includeVars: [...frame.includeVars, ...ownVars(node)],
    unforeseen: new Set([
      ...(frame.unforeseen ?? []),
      ...group.filter(one => one.isUnforeseen).map(one => one.host.name),
    ]),
  })
  await runNodes(play, hosts, inner)
}

/** Vars of the include itself; those that it inherits reach its tasks by themselves. */
const ownVars = ({ keywords, inherited }: Include): readonly VarsLayer[] =>
  keywords.vars.filter(layer => !inherited.keywords.vars.includes(layer))

/** The include's outcomes on a host are settled at once; what it names is run afterwards. */
const inclusionsOf = (play: PlayRun, host: HostRun, { node, frame }: Step): Inclusion[] => {
  const values = itemsOf(node, scopeIn(play, { task: node, host, frame }))
  const outer = frame.locals.get(host.name) ?? new Map<string, unknown>()
  const found: Inclusion[] = []
  const one = (of: Of, outcome?: Outcome): Item => {
    const begun = { node, host, frame, item: of.index }
    const { decided, overseen } = overseenInclude(play, begun, () =>
      outcome === undefined
        ? decide(play, { node, host, frame }, of)
        : { decided: outcome, isOpen: outcome.kind === 'maybe' },
    )
    const { label, value } = of
    const item = { label, value, locals: of.locals, ms: 0, overseen }
    if (!('target' in decided)) return { ...item, outcome: decided }
    const locals = new Map([...outer, ...of.locals])
    const isUnforeseen = overseen?.isOpen === true
    found.push({ host, index: of.index ?? 0, target: decided.target, locals, isUnforeseen })
    return { ...item, outcome: included(decided.target) }
  }
  const scopeWith = (locals: Item['locals']): Scope =>
    scopeIn(play, { task: node, host, frame }, { locals })
  const items = itemsFrom(values, { node, scopeWith }, one)
  for (const { outcome } of items) if (outcome.kind === 'maybe') untold(play, host, outcome.reason)
  const done = { items, loops: Array.isArray(values) }
  settle(play, { task: node, host, done, frame, sharers: [host] })
  return host.active ? found : []
}

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
  { node, scopeWith }: { node: Include; scopeWith: (locals: Item['locals']) => Scope },
  one: (of: Of, outcome?: Outcome) => Item,
): Item[] => {
  const alone: Of = { label: null, value: null, locals: new Map(), index: undefined }
  if (values === undefined) return [one(alone)]
  if (values instanceof UserError) return [one(alone, failed(values))]
  if (values instanceof Uncertain) return [one(alone, perhaps(values))]
  return values.map((value, index) => {
    const locals = loopVariables(node.loop, values, index)
    return one({ label: labelOf(node.loop, scopeWith(locals), value), value, locals, index })
  })
}

const included = ({ name }: Target): Outcome => ({
  kind: 'ok',
  result: new Map<string, unknown>([
    ['changed', false],
    ['include', name],
  ]),
})

interface Decided {
  readonly decided: Outcome | { target: Target }
  /** Only a real run can tell what it brings along. */
  readonly isOpen: boolean
}

/** The target; or skipped by its condition, failed, or a maybe. */
const decide = (
  play: PlayRun,
  { node, host, frame }: { node: Include; host: HostRun; frame: Frame },
  of: Pick<Item, 'locals'>,
): Decided => {
  const scopeWith = (onRead?: (name: string) => void): Scope =>
    scopeIn(play, { task: node, host, frame }, of, onRead)
  const result = guarded((): Decided => {
    const scope = scopeWith()
    const { when } = node.keywords
    const broken = scope.firstFalse(when)
    if (broken !== undefined)
      return {
        decided: skipped(broken),
        isOpen: play.run.options.dryRun && asksForCheckMode(when, scopeWith),
      }
    const name = textOf(scope, node.target) ?? ''
    const tasksFrom = textOf(scope, node.tasksFrom)
    const target = { name: node.what === 'role' ? name : play.find(node, 'tasks', name), tasksFrom }
    return { decided: { target }, isOpen: false }
  })
  if ('value' in result) return result.value
  return { decided: result.error, isOpen: result.error.kind === 'maybe' }
}

const skipped = (condition: string): Outcome => ({
  kind: 'skipped',
  reason: `condition is false: ${condition}`,
  result: new Map([['skipped', true]]),
})

const perhaps = ({ reason }: Uncertain): Outcome => ({
  kind: 'maybe',
  reason,
  changes: [],
  result: null,
})

const guarded = <T>(work: () => T): { value: T } | { error: Outcome } => {
  try {
    return { value: work() }
  } catch (error) {
    if (error instanceof Uncertain) return { error: perhaps(error) }
    if (error instanceof UserError) return { error: failed(error) }
    throw error
  }
}

/** The included nodes; a file or role that cannot be read fails the hosts that asked for it. */
const load = (
  play: PlayRun,
  { node, hosts, frame }: Step,
  { host: first, target: { name, tasksFrom }, locals }: Inclusion,
): readonly Node[] | undefined => {
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
  const item = { outcome: loaded.error, label: null, value: null, locals: new Map(), ms: 0 }
  const done = { items: [item], loops: false }
  for (const host of hosts) settle(play, { task: node, host, done, frame, sharers: [host] })
  return undefined
}
