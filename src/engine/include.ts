import { UserError } from '../core/error.ts'
import { groupBy } from '../core/group.ts'
import { Uncertain } from '../core/uncertain.ts'
import type { Include, Node, VarsLayer } from '../language/play.ts'
import type { Scope } from '../language/scope.ts'
import { within, type Frame } from './frame.ts'
import type { HostRun } from './hosts.ts'
import { flag, flagOr, textOf } from './keywords.ts'
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
  const one = (index: number, of: Pick<Item, 'label' | 'value' | 'locals'>): Item => {
    const decided = decide(play, node, scopeIn(play, { task: node, host, frame }, of))
    if (!('target' in decided)) return { ...of, outcome: decided, ms: 0 }
    const locals = new Map([...outer, ...of.locals])
    found.push({ host, index, target: decided.target, locals })
    return { ...of, outcome: included(decided.target), ms: 0 }
  }
  const scopeWith = (locals: Item['locals']): Scope =>
    scopeIn(play, { task: node, host, frame }, { locals })
  const items = itemsFrom(values, { node, scopeWith }, one)
  for (const { outcome } of items) if (outcome.kind === 'maybe') untold(play, host, outcome.reason)
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
  { node, scopeWith }: { node: Include; scopeWith: (locals: Item['locals']) => Scope },
  one: (index: number, of: Pick<Item, 'label' | 'value' | 'locals'>) => Item,
): Item[] => {
  const alone = { label: null, value: null, locals: new Map<string, unknown>() }
  if (values === undefined) return [one(0, alone)]
  if (values instanceof UserError) return [{ ...alone, outcome: failed(values), ms: 0 }]
  if (values instanceof Uncertain) return [{ ...alone, outcome: perhaps(values), ms: 0 }]
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

/** The target; or skipped by its condition, failed, or a maybe. */
const decide = (play: PlayRun, node: Include, scope: Scope): Outcome | { target: Target } => {
  const result = guarded((): Outcome | { target: Target } => {
    const broken = scope.firstFalse(node.keywords.when)
    if (broken !== undefined)
      return {
        kind: 'skipped',
        reason: `condition is false: ${broken}`,
        result: new Map([['skipped', true]]),
      }
    const name = textOf(scope, node.target) ?? ''
    const tasksFrom = textOf(scope, node.tasksFrom)
    return {
      target: { name: node.what === 'role' ? name : play.find(node, 'tasks', name), tasksFrom },
    }
  })
  return 'error' in result ? result.error : result.value
}

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
