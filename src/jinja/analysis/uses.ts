import type { Position } from '../error.ts'
import type { Constant } from './constants.ts'

/** A name that a source reads from outside. */
export interface VariableUse extends Position {
  readonly name: string
  /** The constant attributes and items read from it, as far as they are constant. */
  readonly path: readonly string[]
  /** Whether the place cannot fail for want of the name: `default`, or behind `is defined`. */
  readonly guarded: boolean
}

/** A filter or a test that is named, also as the argument of `map`, `select` and the like. */
export interface NamedUse extends Position {
  readonly name: string
}

/** A call of a name from outside. */
export interface CallUse extends Position {
  readonly name: string
  /** The positional arguments, if all of them are written out. */
  readonly args: readonly Constant[] | undefined
  /** The keyword arguments that are written out. */
  readonly kwargs: ReadonlyMap<string, Constant>
}

/** A template that is included, imported or extended; the name is known if it is written out. */
export interface TemplateUse extends Position {
  readonly name: string | undefined
  readonly ignoreMissing: boolean
}

/** What a source uses. */
export interface Analysis {
  readonly variables: readonly VariableUse[]
  readonly filters: readonly NamedUse[]
  readonly tests: readonly NamedUse[]
  readonly calls: readonly CallUse[]
  readonly templates: readonly TemplateUse[]
}
