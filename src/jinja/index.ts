export {
  createEnvironment,
  type Environment,
  type EnvironmentOptions,
  type TemplateOptions,
} from './environment.ts'
export type { Expression, Template } from './template.ts'
export { didYouMean, TemplateError, UndefinedError, type Position } from './error.ts'
export { Undefined } from './runtime/undefined.ts'
export {
  type Args,
  Callable,
  type Context,
  type Kwargs,
  Markup,
  type Scope,
  TemplateObject,
  Trap,
  Tuple,
  tupleOf,
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
export { printValue, representValue } from './runtime/print.ts'
export {
  analyse,
  definedWhenTrue,
  freeVariables,
  type AnalysisOptions,
} from './analysis/analyse.ts'
export type { Analysis, CallUse, NamedUse, TemplateUse, VariableUse } from './analysis/uses.ts'
export type { Constant } from './analysis/constants.ts'
