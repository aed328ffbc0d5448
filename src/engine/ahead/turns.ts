import type { As } from '../../core/wire.ts'
import type { MachineState } from '../../host/state.ts'
import type { Task } from '../../language/play.ts'
import type { Scope } from '../../language/scope.ts'
import { actions } from '../actions/index.ts'
import type { Asked } from '../asking.ts'
import { TaskController } from '../controller.ts'
import type { HostRun } from '../hosts.ts'
import { accountOf, argumentsOf, environmentOf, flag, textOf } from '../keywords.ts'
import { prepare } from '../perform.ts'
import { loopVariables } from '../task.ts'
import { readsFiles } from '../../language/lookups/files.ts'
import type { Foreknown } from './foreknown.ts'
import { NotYet, passingOver } from './passover.ts'
import { isFor, type Upcoming } from './walk.ts'

/** A turn that a task ahead will take: of a whole task, or of one item of its loop. */
export interface TurnAhead {
  readonly scope: Scope
  /** The hosts of `run_once` all get its result. */
  readonly isShared: boolean
  /** Of a module whose machine is known. */
  readonly asked: (Asked & { readonly readsController: boolean }) | undefined
  readonly isSkipped: boolean
}

/**
 * The turns of a task ahead that may ask the host's machine: its own, and the one for all hosts of a
 * `run_once`. Items that cannot be known yet are left out.
 */
export const turnsAhead = async (
  next: Upcoming,
  host: HostRun,
  foreknown: Foreknown,
): Promise<readonly TurnAhead[]> => {
  const [first] = next.hosts
  const { runOnce } = next.node.keywords
  const once =
    runOnce !== undefined &&
    first !== undefined &&
    flag(scopeAhead(next, first, foreknown)(new Map()), runOnce)
  const runner = once ? first : isFor(next, host) ? host.name : undefined
  if (runner === undefined || next.node.kind !== 'task') return []
  const of = { ...next, node: next.node }
  const turns: TurnAhead[] = []
  for (const locals of itemsAhead(of, runner, foreknown)) {
    const turn = await passingOver(() => turnOf(of, runner, { locals, foreknown }), undefined)
    if (turn !== undefined) turns.push({ ...turn, isShared: once })
  }
  return turns
}

/** What a task ahead knows of its loop, item by item; of none where it does not loop. */
export const itemsAhead = (
  next: Upcoming & { readonly node: Task },
  runner: string,
  foreknown: Foreknown,
): readonly Locals[] => itemsOf(next.node, scopeAhead(next, runner, foreknown)(new Map()))

type Locals = ReadonlyMap<string, unknown>

/**
 * Makes the variables of a task ahead, with those of its loop. What depends on time, chance or a command
 * cannot be known ahead; a file of the controller can, unless the tasks in between may write it.
 */
const scopeAhead =
  ({ view, node, frame }: Upcoming, host: string, foreknown: Foreknown) =>
  (loop: ReadonlyMap<string, unknown>): Scope =>
    view.scope(host, node, {
      includeVars: frame.includeVars,
      locals: new Map([...foreknown.locals(host), ...(frame.locals.get(host) ?? []), ...loop]),
      onRead: foreknown.onRead(host),
      onImpureLookup(name) {
        if (!readsFiles(name) || foreknown.mayWriteController) throw new NotYet(name)
      },
    })

const itemsOf = ({ loop }: Task, scope: Scope): readonly ReadonlyMap<string, unknown>[] => {
  if (loop === undefined) return [new Map()]
  const items = scope.value(loop.items)
  // At its own turn that is a mistake.
  if (!Array.isArray(items)) throw new NotYet('loop')
  return items.map((_, index) => loopVariables(loop, items as unknown[], index))
}

interface Runner {
  readonly next: Upcoming & { readonly node: Task }
  readonly scope: Scope
  readonly runner: string
}

/** The turn of one item on the host that runs it. Throws NotYet, and what evaluating it throws. */
export const turnOf = async (
  next: Upcoming & { readonly node: Task },
  runner: string,
  { locals, foreknown }: { readonly locals: Locals; readonly foreknown: Foreknown },
): Promise<TurnAhead> => {
  const { node, view } = next
  const scope = scopeAhead(next, runner, foreknown)(locals)
  const isShared = false
  if (!scope.holds(node.keywords.when))
    return { scope, isShared, asked: undefined, isSkipped: true }
  const { run } = view
  const machine = textOf(scope, node.keywords.delegateTo) ?? runner
  const state = actions.has(node.module) ? undefined : run.fleet.known(machine)
  const as = accountOf(node.keywords, scope, run.options)
  const asked = state && (await askedOf({ next, scope, runner, state, as }))
  return { scope, isShared, asked, isSkipped: false }
}

const askedOf = async ({
  next: { node, view },
  scope,
  runner,
  state,
  as,
}: Runner & { readonly state: MachineState; readonly as: As }): Promise<TurnAhead['asked']> => {
  const module = view.run.services.modules.get(node.module)
  if (module === undefined) return undefined
  const environment = environmentOf(node.keywords, scope)
  const controller = new TaskController(view, node, { scope })
  const args = argumentsOf(node, scope, module.freeForm)
  const turn = { scope, state, as, controller, environment, host: { name: runner } }
  return { ...(await prepare(turn, module, args)), readsController: controller.hasRead }
}
