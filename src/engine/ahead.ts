import { UserError } from '../core/error.ts'
import { Uncertain } from '../core/uncertain.ts'
import { HostLost } from '../core/wire.ts'
import type { Question } from '../host/state.ts'
import type { Task } from '../language/play.ts'
import type { Scope } from '../language/scope.ts'
import { actions } from './actions/index.ts'
import { openQuestions, probesNow } from './asking.ts'
import { TaskController } from './controller.ts'
import { following, type Frame } from './frame.ts'
import type { HostRun } from './hosts.ts'
import { accountOf, argumentsOf, environmentOf, textOf } from './keywords.ts'
import { prepare } from './perform.ts'
import type { PlayRun } from './playrun.ts'
import { isChosen } from './tags.ts'

interface Where {
  readonly host: HostRun
  readonly frame: Frame
  /** The task whose turn it is; undefined before the first. */
  readonly current: Task | undefined
}

/** Thrown when a task ahead reads what a task in between may write: it is passed over. */
class NotYet extends Error {}

/** Variables that facts bring along. */
const FACTS = 'ansible_*'
/** Modules that return `ansible_facts`. */
const FACT_MODULES = ['setup', 'package_facts', 'service_facts', 'mount_facts']

/**
 * The open questions of the tasks ahead, as far as their conditions and arguments can be known
 * now. It only fills the cache: at its turn every task is evaluated afresh.
 */
export const questionsAhead = async (play: PlayRun, where: Where): Promise<readonly Question[]> => {
  if (!play.run.options.lookAhead) return []
  const questions: Question[] = []
  const written = new Set(where.current === undefined ? [] : (writes(where.current) ?? []))
  let left = play.windows.get(where.host.name) ?? Number.POSITIVE_INFINITY
  for (const { node, frame } of following(where.frame)) {
    if (left-- <= 0 || node.kind === 'include') break
    if (!isChosen(node.keywords, play.run.options)) continue
    if (!actions.has(node.module))
      questions.push(...(await questionsOf(play, { node, frame, host: where.host, written })))
    const names = writes(node)
    if (names === undefined) break
    for (const name of names) written.add(name)
  }
  return questions
}

/** The variables that a task may set; undefined when nobody can tell. */
const writes = (task: Task): readonly string[] | undefined => {
  const own = task.register === undefined ? [] : [task.register]
  if (['include_vars', 'add_host', 'group_by'].includes(task.module)) return undefined
  if (task.module === 'set_fact')
    return task.freeForm === undefined ? [...own, ...task.args.keys()] : undefined
  if (task.module === 'meta' && task.freeForm === 'clear_facts') return [...own, FACTS]
  if (FACT_MODULES.includes(task.module)) return [...own, FACTS]
  return own
}

interface Ahead {
  readonly node: Task
  readonly frame: Frame
  readonly host: HostRun
  readonly written: ReadonlySet<string>
}

const questionsOf = async (play: PlayRun, ahead: Ahead): Promise<readonly Question[]> => {
  const { node } = ahead
  if (node.keywords.delegateTo !== undefined) return []
  const outer = ahead.frame.locals.get(ahead.host.name) ?? new Map<string, unknown>()
  const questions: Question[] = []
  for (const locals of loopLocals(node, scopeAhead(play, ahead, outer))) {
    const scope = scopeAhead(play, ahead, new Map([...outer, ...locals]))
    questions.push(...(await passingOver(() => ask(play, node, { scope, host: ahead.host }), [])))
  }
  return questions
}

const loopLocals = (node: Task, scope: Scope): readonly ReadonlyMap<string, unknown>[] => {
  const { loop } = node
  if (loop === undefined) return [new Map()]
  try {
    const items = scope.value(loop.items)
    if (!Array.isArray(items)) return []
    return (items as unknown[]).map(
      (item, index) =>
        new Map([
          [loop.variable, item],
          [loop.indexVariable ?? 'ansible_index_var', index],
        ]),
    )
  } catch (error) {
    return passOver(error, [])
  }
}

/** The variables of a task ahead; those that a task in between may write cannot be read. */
const scopeAhead = (
  play: PlayRun,
  { node, frame, written, host }: Ahead,
  locals: ReadonlyMap<string, unknown>,
): Scope =>
  play.scope(host.name, node, {
    includeVars: frame.includeVars,
    locals,
    onRead(name) {
      if (written.has(name) || (written.has(FACTS) && isFact(name))) throw new NotYet(name)
    },
    onImpureLookup(name) {
      throw new NotYet(name)
    },
  })

/** Variables that are about the run and the connection. */
const NO_FACT =
  /^ansible_(?:host|port|user|password|connection|timeout|version|limit|forks|verbosity|config_file|index_var|(?:ssh(?!_host_key_)|play|run|skip|check|diff|role|parent|dependent|inventory|search|failed)_\w+|(?:become|loop)(?:_\w+)?)$/

const isFact = (name: string): boolean => name.startsWith('ansible_') && !NO_FACT.test(name)

const ask = async (
  play: PlayRun,
  node: Task,
  { scope, host }: { scope: Scope; host: HostRun },
): Promise<readonly Question[]> => {
  const module = play.run.services.modules.get(node.module)
  const state = play.run.fleet.known(host.name)
  if (module === undefined || state === undefined || !scope.holds(node.keywords.when)) return []
  if (textOf(scope, node.keywords.delegateTo) !== undefined) return []
  const as = accountOf(node.keywords, scope, play.run.options)
  const environment = environmentOf(node.keywords, scope)
  const controller = new TaskController(play, node, { scope })
  const asked = await prepare(
    { scope, state, as, controller, environment, host },
    module,
    argumentsOf(node, scope, module.freeForm),
  )
  return openQuestions(probesNow(asked), asked)
}

const passingOver = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    return passOver(error, otherwise)
  }
}

/** A mistake or an uncertainty ahead is told at the task's own turn. */
const passOver = <T>(error: unknown, otherwise: T): T => {
  if (
    error instanceof NotYet ||
    error instanceof Uncertain ||
    error instanceof UserError ||
    error instanceof HostLost
  )
    return otherwise
  throw error
}
