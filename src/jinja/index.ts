export {
  createEnvironment,
  type Environment,
  type EnvironmentOptions,
  type TemplateOptions,
} from './environment.ts'
export type { Expression, Template } from './template.ts'
export { TemplateError, UndefinedError } from './error.ts'
export { Undefined } from './runtime/undefined.ts'
export {
  type Args,
  Callable,
  type Context,
  type Kwargs,
  type Scope,
  TemplateObject,
  Trap,
  Tuple,
  typeName,
  UNDEFINED,
} from './runtime/values.ts'
export { filterWith, type Filter } from './runtime/filter.ts'
export { toJson, type JsonOptions } from './builtins/json.ts'
export type { GlobalFunction } from './builtins/functions.ts'
export {
  asDict,
  asInteger,
  asNumber,
  asText,
  bindArguments,
  optional,
} from './runtime/arguments.ts'
export { compare, contains, equals, isTruthy } from './runtime/compare.ts'
export { iterate } from './runtime/iterate.ts'
export { getPath } from './runtime/access.ts'
export { printValue } from './runtime/print.ts'
export { analyse, definedWhenTrue, freeVariables } from './analysis/analyse.ts'
export type { Analysis, CallUse, NamedUse, VariableUse } from './analysis/uses.ts'
