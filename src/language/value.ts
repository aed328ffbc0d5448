import type { Position } from '../core/error.ts'

/** A string of the user's own files that holds `{{`, `{%` or `{#`: the only kind of template. */
export class TemplateText {
  readonly source: string
  readonly at: Position

  constructor(source: string, at: Position) {
    this.source = source
    this.at = at
  }
}

/** A value as it was read from YAML: templates not yet evaluated, dictionaries as Maps. */
export type Raw = null | boolean | number | string | TemplateText | readonly Raw[] | RawMap
export type RawMap = ReadonlyMap<string | number | boolean | null, Raw>

/** What stands for a parameter left out by `omit`. */
export const OMIT = Symbol('omit')
