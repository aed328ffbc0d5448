import type { As } from '../core/wire.ts'
import type { Raw } from '../language/value.ts'
import type { Scope } from '../language/scope.ts'
import type { Keywords, Task } from '../language/play.ts'
import { UserError } from '../core/error.ts'
import { Uncertain } from '../core/uncertain.ts'
import type { RunOptions } from './services.ts'
import { isYes, toPlain } from './values.ts'

/** A yes or no; what nobody set is no. */
export const flag = (scope: Scope, raw: Raw | undefined): boolean =>
  raw !== undefined && isYes(scope.value(raw))

/** A yes or no, or what counts where it cannot be evaluated. */
export const flagOr = (scope: Scope, raw: Raw | undefined, otherwise: 'yes' | 'no'): boolean => {
  try {
    return flag(scope, raw)
  } catch (error) {
    if (error instanceof UserError || error instanceof Uncertain) return otherwise === 'yes'
    throw error
  }
}

/** A text; undefined when nobody set it or when it comes out empty. */
export const textOf = (scope: Scope, raw: Raw | undefined): string | undefined => {
  const value = raw === undefined ? undefined : scope.value(raw)
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/**
 * Whether no keyword of the task gives anything but its own host's machine and the module a say in
 * where it runs and how it ends.
 */
export const isSelfContained = ({ keywords, failedWhen, until, retries, loop }: Task): boolean => {
  const { delegateTo, runOnce, throttle, checkMode, anyErrorsFatal, timeout } = keywords
  const elsewhere = delegateTo ?? runOnce ?? throttle ?? checkMode ?? anyErrorsFatal ?? timeout
  return (elsewhere ?? failedWhen ?? until ?? retries ?? loop?.pause) === undefined
}

/** A number of the given unit; `otherwise` when nobody set it. */
export const numberOf = (scope: Scope, raw: Raw | undefined, otherwise: number): number => {
  if (raw === undefined) return otherwise
  const value = Number(scope.value(raw))
  if (Number.isFinite(value)) return value
  throw new UserError(
    'E_TYPE',
    `a number is needed, not ${JSON.stringify(toPlain(scope.value(raw)))}`,
  )
}

/** The account that a task runs as: variables of the inventory win over keywords, these over flags. */
export const accountOf = (keywords: Keywords, scope: Scope, options: RunOptions): As => {
  const forced = scope.variable('ansible_become')
  const becomes =
    forced !== undefined
      ? isYes(forced)
      : keywords.become !== undefined
        ? flag(scope, keywords.become)
        : options.become
  if (!becomes) return { user: undefined }
  const method = textOf(scope, keywords.becomeMethod)
  if (method !== undefined && method !== (scope.variable('ansible_become_method') ?? 'sudo'))
    throw new UserError('E_UNSUPPORTED', `become_method: "${method}" of a single task or play`, {
      hint: 'set ansible_become_method for the host',
    })
  const wanted = scope.variable('ansible_become_user') ?? textOf(scope, keywords.becomeUser)
  return { user: typeof wanted === 'string' ? wanted : (options.becomeUser ?? 'root') }
}

/** The task's environment variables, an inner block's over an outer one's. */
export const environmentOf = (
  keywords: Keywords,
  scope: Scope,
): Readonly<Record<string, string>> => {
  const merged: Record<string, string> = {}
  for (const raw of keywords.environment) {
    const value = toPlain(scope.value(raw))
    for (const layer of Array.isArray(value) ? (value as unknown[]) : [value])
      for (const [name, text] of Object.entries(layer ?? {})) merged[name] = String(text)
  }
  return merged
}

/** The evaluated arguments as plain values, free text under the module's own parameter. */
export const argumentsOf = (
  task: Task,
  scope: Scope,
  freeForm: string | undefined,
): Record<string, unknown> => {
  const args: Record<string, unknown> = {}
  for (const [name, raw] of task.args) {
    const value = toPlain(scope.value(raw))
    if (typeof value !== 'symbol') args[name] = value
  }
  if (task.freeForm === undefined) return args
  const value = toPlain(scope.value(task.freeForm))
  if (freeForm === undefined) {
    if (isRecord(value)) return { ...value, ...args }
    throw new UserError('E_PARAM_TYPE', `${task.module}: takes no free text`, { at: task.moduleAt })
  }
  return { ...args, [freeForm]: value }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
