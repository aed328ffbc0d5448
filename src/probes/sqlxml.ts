/** One row of a result, by column name; NULL is null. */
export type Row = Readonly<Record<string, string | null>>

/** What one statement gave back. */
export interface ResultSet {
  /** The statement as the client sent it. */
  readonly statement: string
  readonly rows: readonly Row[]
}

// The client escapes `<`, `>`, `&` and `"` in statements and values, so no value can pretend to be
// an element; it writes a NUL as a space.
const RESULT_SET = /<resultset statement="([^"]*)"[^>]*>([\s\S]*?)<\/resultset>/g
const ROW = /<row>([\s\S]*?)<\/row>/g
const FIELD = /<field name="([^"]*)"(?: xsi:nil="true" \/>|>([^<]*)<\/field>)/g

/** Reads what `mysql --xml` or `mariadb --xml` prints, one result set per statement that has one. */
export const readXml = (xml: string): readonly ResultSet[] =>
  [...xml.matchAll(RESULT_SET)].map(([, statement = '', body = '']) => ({
    statement: unescape(statement).trim(),
    rows: [...body.matchAll(ROW)].map(([, row = '']) => readRow(row)),
  }))

const readRow = (row: string): Row =>
  Object.fromEntries(
    [...row.matchAll(FIELD)].map(([, name = '', value]) => [
      unescape(name),
      value === undefined ? null : unescape(value),
    ]),
  )

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&amp;': '&',
}

const unescape = (text: string): string =>
  text.replaceAll(/&(?:lt|gt|quot|amp);/g, entity => ENTITIES[entity] ?? entity)
