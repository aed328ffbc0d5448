import { UserError } from '../core/error.ts'
import { groupBy } from '../core/group.ts'
import { Uncertain } from '../core/uncertain.ts'
import type { Include, Node } from '../language/play.ts'
import { within, type Frame } from './frame.ts'
import type { HostRun } from './hosts.ts'
import { flag, textOf } from './keywords.ts'
import { failed, type Outcome } from './outcome.ts'
import { runNodes } from './nodes.ts'
import type { PlayRun } from './playrun.ts'
import { announce, settle } from './settle.ts'
import type { Item } from './task.ts'
import { show } from './values.ts'

interface Step {
  readonly node: Include
  readonly hosts: readonly HostRun[]
  readonly frame: Frame
}

/** What an include comes to on one host, for one item of its loop. */
interface Inclusion {
  readonly host: HostRun
  readonly index: number
  readonly target: string
  readonly locals: ReadonlyMap<string, unknown>
}

/** Evaluates the include on each host and runs what it names, hosts that name the same together. */
export const runInclude = async (play: PlayRun, { node, hosts, frame }: Step): Promise<void> => {
  announce(play, node, frame)
  const once = flag(play.scope(hosts[0]?.name ?? '', node), node.keywords.runOnce)
  const asked = once ? hosts.slice(0, 1) : hosts
  const inclusions = asked.flatMap(host => inclusionsOf(play, host, { node, hosts, frame }))
  const shared = once
    ? inclusions.flatMap(first => hosts.map(host => ({ ...first, host })))
    : inclusions
  for (const group of groupBy(shared, ({ index, target }) => `${index}\0${target}`).values()) {
    const [{ target }] = group
    const nodes = load(play, { node, hosts, frame }, target)
    if (nodes === undefined) continue
    const locals = new Map(group.map(({ host, locals: own }) => [host.name, own]))
    const inner = within(frame, nodes, {
      locals,
      includeVars: [...frame.includeVars, ...node.keywords.vars],
    })
    await runNodes(
      play,
      group.map(({ host }) => host),
      inner,
    )
  }
}

/** The include's outcomes on a host are settled at once; what it names is run afterwards. */
const inclusionsOf = (play: PlayRun, host: HostRun, { node, frame }: Step): Inclusion[] => {
  const outer = frame.locals.get(host.name) ?? new Map<string, unknown>()
  const found: Inclusion[] = []
  const items: Item[] = []
  for (const [index, own] of localsOf(play, host, { node, frame, outer }).entries()) {
    const locals = new Map([...outer, ...own.locals])
    const outcome = own.error ?? decide(play, host, { node, frame, locals })
    const target = outcome.kind === 'ok' ? String(outcome.result) : undefined
    if (target !== undefined) found.push({ host, index, target, locals })
    items.push({
      outcome: target === undefined ? outcome : included(target),
      label: own.label,
      value: own.value,
      ms: 0,
    })
  }
  settle(play, {
    task: node,
    host,
    done: { items, loops: node.loop !== undefined },
    frame,
    sharers: [host],
  })
  return host.active ? found : []
}

const included = (target: string): Outcome => ({
  kind: 'ok',
  result: new Map<string, unknown>([
    ['changed', false],
    ['include', target],
  ]),
})

interface LoopItem {
  readonly locals: ReadonlyMap<string, unknown>
  readonly label: string | null
  readonly value: unknown
  readonly error?: Outcome
}

const localsOf = (
  play: PlayRun,
  host: HostRun,
  { node, frame, outer }: { node: Include; frame: Frame; outer: ReadonlyMap<string, unknown> },
): LoopItem[] => {
  const { loop } = node
  if (loop === undefined) return [{ locals: new Map(), label: null, value: null }]
  const scope = play.scope(host.name, node, { includeVars: frame.includeVars, locals: outer })
  const items = guarded(() => scope.value(loop.items))
  if ('error' in items) return [{ locals: new Map(), label: null, value: null, error: items.error }]
  const list = Array.isArray(items.value) ? (items.value as unknown[]) : [items.value]
  return list.map((value, index) => ({
    locals: new Map<string, unknown>([
      [loop.variable, value],
      ['ansible_loop_var', loop.variable],
      ...(loop.indexVariable === undefined ? [] : ([[loop.indexVariable, index]] as const)),
    ]),
    label: show(value),
    value,
  }))
}

/** Skipped by its condition, or ok with the target's name as its result. */
const decide = (
  play: PlayRun,
  host: HostRun,
  { node, frame, locals }: { node: Include; frame: Frame; locals: ReadonlyMap<string, unknown> },
): Outcome => {
  const scope = play.scope(host.name, node, { includeVars: frame.includeVars, locals })
  const result = guarded((): Outcome => {
    const broken = scope.firstFalse(node.keywords.when)
    if (broken !== undefined)
      return {
        kind: 'skipped',
        reason: `condition is false: ${broken}`,
        result: new Map([['skipped', true]]),
      }
    const name = textOf(scope, node.target) ?? ''
    return { kind: 'ok', result: node.what === 'role' ? name : play.find(node, 'tasks', name) }
  })
  return 'error' in result ? result.error : result.value
}

const guarded = <T>(work: () => T): { value: T } | { error: Outcome } => {
  try {
    return { value: work() }
  } catch (error) {
    if (error instanceof Uncertain)
      return { error: { kind: 'maybe', reason: error.reason, changes: [], result: null } }
    if (error instanceof UserError) return { error: failed(error) }
    throw error
  }
}

/** The included nodes; a file or role that cannot be read fails the hosts that asked for it. */
const load = (
  play: PlayRun,
  { node, hosts, frame }: Step,
  target: string,
): readonly Node[] | undefined => {
  const [first] = hosts
  const { loader } = play.run.services
  const loaded = guarded(() => {
    if (node.what === 'tasks') return loader.tasks(target, node)
    const scope = play.scope(first?.name ?? '', node, { includeVars: frame.includeVars })
    const role = loader.role(target, textOf(scope, node.tasksFrom), node)
    play.handlers.add(role.handlers)
    return role.nodes
  })
  if ('value' in loaded) return loaded.value
  const done = { items: [{ outcome: loaded.error, label: null, value: null, ms: 0 }], loops: false }
  for (const host of hosts) settle(play, { task: node, host, done, frame, sharers: [host] })
  return undefined
}
