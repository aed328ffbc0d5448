/** What a change alters, as people want to read it; rendered by `report/`. */
export type Diff = TextDiff | FieldsDiff | BytesDiff | NovelDiff | LinesDiff

/** A named thing that changes: a mode, an owner, a grant, a unit's state; null where it is not. */
export interface Field {
  readonly name: string
  readonly before: string | null
  readonly after: string | null
}

/** A text file's old and new content; null where there is no file. */
export interface TextDiff {
  readonly kind: 'text'
  readonly path: string
  readonly before: string | null
  readonly after: string | null
  /** Mode, owner and group, as far as they change along with the content. */
  readonly attributes?: readonly Field[] | undefined
}

/** Named things that change, one line each. */
export interface FieldsDiff {
  readonly kind: 'fields'
  /** What the fields belong to, such as a path or `user deploy`. */
  readonly of: string
  readonly fields: readonly Field[]
}

/** A binary or over-long file, by size in bytes and hash. */
export interface BytesDiff {
  readonly kind: 'bytes'
  readonly path: string
  readonly before: Fingerprint | null
  readonly after: Fingerprint | null
  /** Mode, owner and group, as far as they change along with the content. */
  readonly attributes?: readonly Field[] | undefined
}

/** A file whose content, before or after, is yet to be made: only a dry run knows no more of it. */
export interface NovelDiff {
  readonly kind: 'novel'
  readonly path: string
  readonly before: Fingerprint | Novel | null
  readonly after: Fingerprint | Novel | null
  /** Mode, owner and group, as far as they change along with the content. */
  readonly attributes: readonly Field[]
}

/** Content that is yet to be made, by its name. */
export interface Novel {
  readonly novel: string
}

/** A diff that was rendered before: as a saved plan keeps it. */
export interface LinesDiff {
  readonly kind: 'lines'
  readonly lines: readonly string[]
}

export interface Fingerprint {
  readonly size: number
  readonly sha256: string
}

type Values = Readonly<Record<string, string | null>>

/** The fields whose values differ; an empty list means nothing to show. */
export const fieldsDiff = (of: string, before: Values, after: Values): FieldsDiff => ({
  kind: 'fields',
  of,
  fields: changedFields(before, after),
})

/** Those of the named values that are others afterwards, in the order of the latter. */
export const changedFields = (before: Values, after: Values): readonly Field[] =>
  Object.entries(after)
    .filter(([name, value]) => (before[name] ?? null) !== value)
    .map(([name, value]) => ({ name, before: before[name] ?? null, after: value }))
