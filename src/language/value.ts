import type { Position } from '../core/error.ts'

/** Where a later line of a text starts in its file: offsets count characters of the text. */
export interface Segment {
  readonly offset: number
  readonly line: number
  readonly column: number
}

/** A string of the user's own files that holds `{{`, `{%` or `{#`: the only kind of template. */
export class TemplateText {
  readonly source: string
  /** Where the text itself starts, behind a quote or on the first line of a block. */
  readonly at: Position
  readonly #segments: readonly Segment[]

  /** `segments` say where the lines of a text that spans several lines of its file stand. */
  constructor(source: string, at: Position, segments: readonly Segment[] = []) {
    this.source = source
    this.at = at
    this.#segments = segments
  }

  /** The place in the file of a line and column of the source, both from 1. */
  place(line: number, column: number): Position {
    const offset = offsetOfLine(this.source, line) + column - 1
    const segment = this.#segments.findLast(s => s.offset <= offset)
    if (segment === undefined) return { ...this.at, column: this.at.column + offset }
    return {
      file: this.at.file,
      line: segment.line,
      column: segment.column + offset - segment.offset,
    }
  }
}

const offsetOfLine = (text: string, line: number): number => {
  let offset = 0
  for (let i = 1; i < line; i++) {
    const end = text.indexOf('\n', offset)
    if (end === -1) break
    offset = end + 1
  }
  return offset
}

/** A value under `!vault`: still encrypted. */
export class VaultText {
  /** The envelope, from `$ANSIBLE_VAULT` on. */
  readonly ciphertext: string
  readonly at: Position

  constructor(ciphertext: string, at: Position) {
    this.ciphertext = ciphertext
    this.at = at
  }
}

/** A value as it was read from YAML: templates not yet evaluated, dictionaries as Maps. */
export type Raw =
  null | boolean | number | string | TemplateText | VaultText | readonly Raw[] | RawMap
export type RawMap = ReadonlyMap<string | number | boolean | null, Raw>

/** What stands for a parameter left out by `omit`. */
export const OMIT = Symbol('omit')
