import { readArguments } from '../../core/arguments.ts'
import { UserError } from '../../core/error.ts'
import {
  alias,
  anything,
  boolean,
  dictionary,
  integer,
  list,
  number,
  oneOf,
  optional,
  record,
  text,
  type Param,
  type Params,
} from '../../core/schema.ts'
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
    readArguments({ name: 'validate_argument_spec', params: paramsOf(spec) }, values)
    return ok({ msg: 'The arg spec validation passed' })
  },
}

/** Validates a role's variables against its `meta/argument_specs.yml`. Throws UserError. */
export const validateRole = (role: Role, scope: Scope): void => {
  if (role.argumentSpec === undefined) return
  const spec = toPlain(scope.value(role.argumentSpec)) as { options?: Spec }
  const params = paramsOf(spec.options ?? {})
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

const paramsOf = (options: Spec): Params =>
  Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, paramOf(option as Spec)]),
  )

const paramOf = (option: Spec): Param<unknown> => {
  const typed = typeOf(option)
  const aliases = Array.isArray(option['aliases']) ? option['aliases'].map(String) : []
  const named = alias(typed, ...aliases)
  return option['required'] === true ? named : optional(named)
}

const typeOf = (option: Spec): Param<unknown> => {
  const about = describe(option['description'])
  const [first, ...rest] = Array.isArray(option['choices']) ? option['choices'].map(String) : []
  if (first !== undefined && (option['type'] ?? 'str') === 'str')
    return oneOf([first, ...rest], about)
  switch (option['type'] ?? 'str') {
    case 'int':
      return integer(about)
    case 'float':
      return number(about)
    case 'bool':
      return boolean(about)
    case 'raw':
      return anything(about)
    case 'list':
      return list(
        option['elements'] === undefined
          ? anything('')
          : typeOf({ ...option, type: option['elements'], choices: undefined }),
        about,
      )
    case 'dict':
      return isSpec(option['options'])
        ? record(paramsOf(option['options']), about)
        : dictionary(about)
    default:
      return text(about)
  }
}

const isSpec = (value: unknown): value is Spec => typeof value === 'object' && value !== null

const describe = (description: unknown): string =>
  Array.isArray(description)
    ? description.join(' ')
    : typeof description === 'string'
      ? description
      : ''
