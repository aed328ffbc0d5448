import { UserError } from '../core/error.ts'
import type { RawMap, Raw } from '../language/value.ts'

/** Reads a text of YAML or JSON, or a file of it. */
export interface VarsReader {
  text(text: string, name: string): Raw
  file(file: string): Raw
  /** Told of what stands on the command line itself. */
  onValue?(name: string, value: Raw): void
}

/** `--extra-vars`: `@file`, a JSON or YAML dictionary, or `name=value` words; a later one wins. */
export const readExtraVars = (given: readonly string[], read: VarsReader): RawMap =>
  new Map(given.flatMap(text => [...dictionaryOf(text, read)]))

const dictionaryOf = (text: string, read: VarsReader): RawMap => {
  const trimmed = text.trim()
  if (trimmed.startsWith('@')) return dictionary(text, read.file(trimmed.slice(1)))
  const vars = trimmed.startsWith('{')
    ? dictionary(text, read.text(trimmed, '--extra-vars'))
    : wordsOf(trimmed)
  for (const [name, value] of vars) read.onValue?.(String(name), value)
  return vars
}

const dictionary = (text: string, value: Raw): RawMap => {
  if (value instanceof Map) return value as RawMap
  throw new UserError('E_EXTRA_VARS', `--extra-vars ${text}: holds no dictionary`)
}

const WORD = /([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)\s*/y

const wordsOf = (text: string): RawMap => {
  const vars = new Map<string, Raw>()
  WORD.lastIndex = 0
  while (WORD.lastIndex < text.length) {
    const from = WORD.lastIndex
    const [, name, value] = WORD.exec(text) ?? []
    if (name === undefined || value === undefined)
      throw new UserError('E_EXTRA_VARS', `--extra-vars: cannot read "${text.slice(from)}"`, {
        hint: 'write name=value, a JSON dictionary, or @file',
      })
    vars.set(name, unquote(value))
  }
  return vars
}

const unquote = (value: string): string => {
  if (value.startsWith("'") && value.endsWith("'") && value.length > 1) return value.slice(1, -1)
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value
}
