/** What a token is; `end` closes a tag, `eof` the source. */
export type TokenKind =
  | 'text'
  | 'beginOutput'
  | 'beginTag'
  | 'end'
  | 'name'
  | 'integer'
  | 'float'
  | 'string'
  | 'operator'
  | 'eof'

/** A token with its decoded value; `offset` counts from the start of the source. */
export interface Token {
  readonly kind: TokenKind
  readonly value: string
  readonly offset: number
}

/** A token as it is named in messages. */
export const describeToken = ({ kind, value }: Token): string => {
  switch (kind) {
    case 'eof':
      return 'the end of the template'
    case 'end':
      return `the end of the tag '${value}'`
    case 'string':
      return `the string '${value}'`
    default:
      return `'${value}'`
  }
}
