import { UserError } from '../../core/error.ts'
import { literal } from '../../probes/sqlclient.ts'

/** A task's statements as they stand there: one text or a list. */
export const queries = (given: unknown): readonly string[] => {
  const all: readonly unknown[] = Array.isArray(given) ? given : [given]
  return all.map(one => {
    if (typeof one === 'string') return one
    throw new UserError('E_SQL_QUERY', 'mysql_query: query: each statement must be text')
  })
}

interface Values {
  /** For `%s`, in order. */
  readonly positional_args: readonly unknown[] | undefined
  /** For `%(name)s`. */
  readonly named_args: Readonly<Record<string, unknown>> | undefined
}

/** The statements with their values in place. */
export const withValues = (
  all: readonly string[],
  { positional_args: positions, named_args: names }: Values,
): readonly string[] => {
  if (positions === undefined && names === undefined) return all.map(trimmed)
  const left = positions?.values()
  return all.map(statement =>
    trimmed(statement).replaceAll(/%(?:(%)|s|\(([^)]*)\)s)/g, (_, percent, name) => {
      if (percent !== undefined) return '%'
      const next = name === undefined ? left?.next() : found(names, String(name))
      if (next === undefined || next.done === true)
        throw new UserError('E_SQL_ARGS', `mysql_query: no value for ${name ?? 'a %s'}`)
      return literalOf(next.value)
    }),
  )
}

// The line end keeps a comment at the end from hiding what follows.
const trimmed = (statement: string): string => `${statement.trim().replace(/;+$/, '')}\n`

const found = (
  names: Readonly<Record<string, unknown>> | undefined,
  name: string,
): { done: boolean; value: unknown } => ({
  done: names === undefined || !(name in names),
  value: names?.[name],
})

const literalOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  return literal(typeof value === 'string' ? value : JSON.stringify(value))
}
