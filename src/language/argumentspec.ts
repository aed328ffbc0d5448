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
} from '../core/schema.ts'

type Spec = Readonly<Record<string, unknown>>

/** The parameters that `options` of a role's argument specification describe. */
export const paramsOfSpec = (options: unknown): Params =>
  Object.fromEntries(
    Object.entries(isSpec(options) ? options : {}).map(([name, option]) => [
      name,
      paramOf(isSpec(option) ? option : {}),
    ]),
  )

const paramOf = (option: Spec): Param<unknown> => {
  const aliases = Array.isArray(option['aliases']) ? option['aliases'].map(String) : []
  const named = alias(typeOf(option), ...aliases)
  return option['required'] === true ? named : optional(named)
}

const typeOf = (option: Spec): Param<unknown> => {
  const about = describe(option['description'])
  const [first, ...rest] = Array.isArray(option['choices']) ? option['choices'].map(String) : []
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
      return list(elementOf(option), about)
    case 'dict':
      return isSpec(option['options'])
        ? record(paramsOfSpec(option['options']), about)
        : dictionary(about)
    default:
      return first === undefined ? text(about) : oneOf([first, ...rest], about)
  }
}

// `choices` and `options` of a list are those of its elements.
const elementOf = (option: Spec): Param<unknown> =>
  option['elements'] === undefined ? anything('') : typeOf({ ...option, type: option['elements'] })

const isSpec = (value: unknown): value is Spec =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const describe = (description: unknown): string => {
  if (Array.isArray(description)) return description.join(' ')
  return typeof description === 'string' ? description : ''
}
