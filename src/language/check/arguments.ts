import { checkArguments, type Parameters } from '../../core/arguments.ts'
import { UserError } from '../../core/error.ts'
import type { Mistakes } from '../load/mistakes.ts'
import { actions, type ActionShape } from '../actions.ts'
import type { Task } from '../play.ts'
import { TemplateText, VaultText, type Raw } from '../value.ts'
import type { CheckedModule } from './options.ts'

/** A module or an action with what the check needs of either. */
export type Called = CheckedModule & Pick<ActionShape, 'others' | 'expressions'>

/** The module or action of a task. */
export const calledBy = (
  { module }: Task,
  modules: ReadonlyMap<string, CheckedModule>,
): Called | undefined => modules.get(module) ?? actions.get(module)

/** Checks a task's arguments as far as they are no templates. */
export const checkTaskArguments = (task: Task, called: Called, mistakes: Mistakes): void => {
  const { args, freeForm, argsAt, moduleAt } = task
  const raw: Record<string, unknown> = {}
  for (const [name, value] of args) raw[name] = toPlain(value)
  if (freeForm !== undefined) {
    // A dictionary that only a run can know: nothing can be said of what is missing.
    if (called.freeForm === undefined) return
    raw[called.freeForm] ??= toPlain(freeForm)
  }
  for (const { error, param } of checkArguments(declared(called, raw), raw, isUnknown)) {
    const at = (param === undefined ? undefined : argsAt.get(param)) ?? moduleAt
    mistakes.add(new UserError(error.code, error.message, { at, hint: error.hint }))
  }
}

// `set_fact` and `add_host` take any name besides their own.
const declared = (called: Called, raw: Record<string, unknown>): Parameters => {
  if (called.others === undefined) return called
  const known = Object.entries(called.params).flatMap(([name, { aliases }]) => [name, ...aliases])
  for (const name of Object.keys(raw)) if (!known.includes(name)) Reflect.deleteProperty(raw, name)
  return called
}

/** Whether only a run can know a value. */
export const isUnknown = (value: unknown): boolean =>
  value instanceof TemplateText || value instanceof VaultText

/** A value with dictionaries as modules take them; templates stay as they are. */
export const toPlain = (raw: Raw): unknown => {
  if (Array.isArray(raw)) return raw.map(toPlain)
  if (!(raw instanceof Map)) return raw
  return Object.fromEntries(
    [...(raw as ReadonlyMap<unknown, Raw>)].map(([key, value]) => [String(key), toPlain(value)]),
  )
}
