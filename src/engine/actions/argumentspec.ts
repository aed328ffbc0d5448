import { readArguments } from '../../core/arguments.ts'
import { UserError } from '../../core/error.ts'
import { paramsOfSpec } from '../../language/argumentspec.ts'
import type { Role } from '../../language/play.ts'
import type { Scope } from '../../language/scope.ts'
import { toPlain } from '../values.ts'
import { ok, type Action } from './action.ts'

type Spec = Readonly<Record<string, unknown>>

/** Validates a dictionary of values against a specification given as an argument. */
export const validateArgumentSpec: Action = {
  run({ args }) {
    const spec = args['argument_spec'] as Spec
    const values = (args['provided_arguments'] ?? {}) as Spec
    readArguments({ name: 'validate_argument_spec', params: paramsOfSpec(spec) }, values)
    return ok({ msg: 'The arg spec validation passed' })
  },
}

/** Validates a role's variables against its `meta/argument_specs.yml`. Throws UserError. */
export const validateRole = (role: Role, scope: Scope): void => {
  if (role.argumentSpec === undefined) return
  const spec = toPlain(scope.value(role.argumentSpec)) as { options?: Spec }
  const params = paramsOfSpec(spec.options)
  const values: Record<string, unknown> = {}
  for (const name of Object.keys(params)) {
    const value = scope.variable(name)
    if (value !== undefined) values[name] = toPlain(value)
  }
  try {
    readArguments({ name: `role ${role.name}`, params }, values)
  } catch (error) {
    throw error instanceof UserError ? error.placed(role.at) : error
  }
}
