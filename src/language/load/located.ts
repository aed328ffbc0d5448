import type { Position } from '../../core/error.ts'
import { VaultText, type Raw, type RawMap, type TemplateText } from '../value.ts'

/** A value of a YAML file with its place; `raw` is the value alone, its children included. */
export type Located = LocatedScalar | LocatedList | LocatedMap

export interface LocatedScalar {
  readonly kind: 'scalar'
  readonly raw: Raw
  /** The node's first character: a quote or a block's `|`. */
  readonly at: Position
  /** The characters of a scalar without quotes, as they stand in the file (`0644`, `1.10`). */
  readonly plain: string | undefined
  /** The scalar's text, with the place of each of its lines. */
  text(): TemplateText
}

interface LocatedList {
  readonly kind: 'list'
  readonly raw: readonly Raw[]
  readonly at: Position
  readonly items: readonly Located[]
}

export interface LocatedMap {
  readonly kind: 'map'
  readonly raw: RawMap
  readonly at: Position
  /** In the file's order, merged keys (`<<`) first. */
  readonly entries: ReadonlyMap<Key, Entry>
}

export type Key = string | number | boolean | null

/** A key of a dictionary with its place and its value. */
export interface Entry {
  readonly key: Key
  readonly keyAt: Position
  readonly value: Located
}

/** The value below `path`; undefined where there is none. */
export const below = (
  located: Located,
  ...path: readonly (Key | undefined)[]
): Located | undefined => {
  let found: Located | undefined = located
  for (const step of path) {
    if (step === undefined || found === undefined || found.kind === 'scalar') return undefined
    found =
      found.kind === 'map'
        ? found.entries.get(step)?.value
        : typeof step === 'number'
          ? found.items[step]
          : undefined
  }
  return found
}

/** What a value is called in messages: "a list", "the text \"x\"", "nothing". */
export const describeRaw = (raw: Raw): string => {
  if (raw === null) return 'nothing'
  if (typeof raw === 'string') return `the text ${JSON.stringify(shortened(raw))}`
  if (typeof raw === 'number') return `the number ${raw}`
  if (typeof raw === 'boolean') return raw ? 'true' : 'false'
  if (Array.isArray(raw)) return 'a list'
  if (raw instanceof VaultText) return 'an encrypted text'
  return raw instanceof Map ? 'a dictionary' : 'a template'
}

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text)
