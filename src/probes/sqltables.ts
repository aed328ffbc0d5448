/** What stands between quotes or in a comment, the longest first; a comment that a server runs is none. */
const QUOTED = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`/
const COMMENT = /--(?=\s)[^\n]*|#[^\n]*|\/\*(?!M?!)[\s\S]*?\*\//
const ASIDE = new RegExp(`${QUOTED.source}|${COMMENT.source}|;`, 'g')

/** The statements of a text that semicolons part, without comments; literals stay. */
export const statementsIn = (text: string): readonly string[] =>
  text
    .replaceAll(ASIDE, part => (part === ';' ? '\0' : QUOTED.test(part) ? part : ' '))
    .split('\0')
    .map(statement => statement.trim())
    .filter(statement => statement !== '')

const NAMES = String.raw`[\w.\`*]+(?:\s+AS\s+[\w\`]+)?`
const LITERAL = String.raw`'((?:[^'\\]|'')*)'`
const ABOUT_TABLES = new RegExp(
  String.raw`^SELECT\s+${NAMES}(?:\s*,\s*${NAMES})*\s+FROM\s+information_schema\.(?:TABLES|COLUMNS|STATISTICS|VIEWS|TRIGGERS|ROUTINES|EVENTS|PARTITIONS)` +
    String.raw`\s+WHERE\s+(?:TABLE|TRIGGER|EVENT|ROUTINE)_SCHEMA\s*=\s*${LITERAL}(?:\s+AND\s+\w+\s*=\s*${LITERAL})*$`,
  'i',
)

/**
 * The database whose tables, columns and the like a statement asks for; undefined for any other
 * statement. Of a database without tables its answer is no rows: it has no aggregates.
 */
export const tablesAskedFor = (statement: string): string | undefined => {
  const [only, ...more] = statementsIn(statement)
  if (only === undefined || more.length > 0) return undefined
  return ABOUT_TABLES.exec(only)?.[1]?.replaceAll("''", "'")
}
