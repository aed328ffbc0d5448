import type { Task } from '../../language/play.ts'
import { actions } from '../actions/index.ts'
import { factsSet } from '../actions/vars.ts'
import { answered, type Asked } from '../asking.ts'
import { skipped } from '../outcome.ts'
import { argumentsOf } from '../keywords.ts'
import { toValue } from '../values.ts'
import { judge } from '../verdict.ts'
import { FACTS, isFact } from './foreknown.ts'
import type { TurnAhead } from './turns.ts'

/** Modules that return `ansible_facts`. */
const FACT_MODULES = ['setup', 'package_facts', 'service_facts', 'mount_facts']

/** The variables that a task may set; undefined when nobody can tell. */
export const writes = (task: Task): readonly string[] | undefined => {
  const own = task.register === undefined ? [] : [task.register]
  if (['include_vars', 'add_host', 'group_by'].includes(task.module)) return undefined
  if (task.module === 'set_fact')
    return task.freeForm === undefined ? [...own, ...task.args.keys()] : undefined
  if (task.module === 'meta' && task.freeForm === 'clear_facts') return [...own, FACTS]
  if (FACT_MODULES.includes(task.module)) return [...own, FACTS]
  return own
}

/** What a task ahead will have written, for the host alone or for all that share a `run_once`. */
export interface WrittenAhead {
  readonly values: ReadonlyMap<string, unknown>
  readonly isShared: boolean
}

/**
 * What a task ahead will write, where that can be told already: of a task whose questions have all
 * been answered and that leaves the machine as it is. Undefined where it cannot; throws as planning does.
 */
export const resultAhead = (node: Task, turns: readonly TurnAhead[]): WrittenAhead | undefined => {
  const [turn] = turns
  const { keywords, loop, until, failedWhen, changedWhen } = node
  const judges = until ?? failedWhen ?? changedWhen ?? keywords.delegateFacts
  if (turn === undefined || loop !== undefined || judges !== undefined) return undefined
  const values = valuesOf(node, turn)
  return values && { values, isShared: turn.isShared }
}

const valuesOf = (node: Task, turn: TurnAhead): ReadonlyMap<string, unknown> | undefined => {
  if (turn.isSkipped)
    return new Map(node.register === undefined ? [] : [[node.register, skipped('').result]])
  if (node.module === 'set_fact' && node.register === undefined)
    return factsSet(argumentsOf(node, turn.scope, undefined))
  const result = turn.asked && unchanged(turn.asked)
  if (result === undefined || actions.has(node.module)) return undefined
  const { kind, result: value } = judge(node, { ...NO_CHANGE, value: result }, turn.scope)
  if (kind !== 'ok') return undefined
  return new Map([
    ...factsIn(result),
    ...(node.register === undefined ? [] : [[node.register, value] as const]),
  ])
}

const NO_CHANGE = { changed: false, changes: [], failure: undefined }

/** The result of a module that finds its machine as it should be. */
const unchanged = (asked: Asked): Map<unknown, unknown> | undefined => {
  const actual = answered(asked)
  const { module, want } = asked
  if (actual === undefined || module.plan(want, actual).length > 0) return undefined
  return toValue(module.result?.(want, actual, actual, []) ?? {}) as Map<unknown, unknown>
}

/** Facts under the names by which tasks read them. */
const factsIn = (result: ReadonlyMap<unknown, unknown>): [string, unknown][] => {
  const facts = result.get('ansible_facts')
  if (!(facts instanceof Map)) return []
  const named = [...(facts as Map<string, unknown>)].map(([name, value]): [string, unknown] => [
    `ansible_${name.replace(/^ansible_/, '')}`,
    value,
  ])
  return named.filter(([name]) => isFact(name))
}
