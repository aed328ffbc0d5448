import { HOLE } from './happening.ts'
import type { List, Part, Word } from './syntax.ts'

/** What expanding a word needs to know. */
export interface Values {
  /** Undefined where the variable is not set, HOLE where its value cannot be known. */
  variable(name: string): string | undefined
  readonly words: readonly string[]
  /** Runs what is in `$(…)`, whose output is not known. */
  output(of: List): string
}

/** The text that a word stands for in a place where nothing is split. */
export const textOf = (word: Word, values: Values): string =>
  word.map(part => partText(part, values)).join('')

const SPECIAL = /[*?]|\[[^\]]*\]/g

const partText = (part: Part, values: Values): string => {
  if (part.kind === 'text') return part.text
  if (part.kind === 'output') return values.output(part.of)
  return part.kind === 'unknown' ? HOLE : variableText(part, values)
}

const variableText = (part: Part & { kind: 'variable' }, values: Values): string => {
  const value = named(part.name, values)
  const other = (): string => textOf(part.word, values)
  const isSet = value !== undefined && (!part.operator.startsWith(':') || value !== '')
  switch (part.operator.replace(':', '')) {
    case '':
      return value ?? ''
    case '-':
    case '=':
      return isSet ? value : other()
    case '+':
      if (value === HOLE) return HOLE
      return isSet ? other() : ''
    case '?':
      return value ?? HOLE
    default:
      return HOLE
  }
}

const named = (name: string, values: Values): string | undefined => {
  if (/^[1-9]$/.test(name)) return values.words[Number(name) - 1]
  if (name === '@' || name === '*') return values.words.join(' ')
  if (name === '#') return String(values.words.length)
  if (/^\W$|^0$/.test(name)) return HOLE
  return values.variable(name)
}

/** The words that a word becomes: what is not quoted is split, and a pattern matches anything. */
export const wordsOf = (word: Word, values: Values): string[] => {
  const done: string[] = []
  let current: string | undefined
  for (const part of word) {
    const quoted = 'quoted' in part && part.quoted
    if (part.kind === 'variable' && part.name === '@' && quoted) {
      const [first, ...rest] = values.words
      if (first === undefined) continue
      const all = [`${current ?? ''}${first}`, ...rest]
      done.push(...all.slice(0, -1))
      current = all.at(-1)
      continue
    }
    const text = partText(part, values)
    if (quoted || part.kind === 'unknown') current = `${current ?? ''}${text}`
    else if (part.kind === 'text') current = `${current ?? ''}${text}`
    else {
      const pieces = text.split(/[ \t\n]+/)
      for (const [i, piece] of pieces.entries()) {
        if (i > 0 && current !== undefined) {
          done.push(current)
          current = undefined
        }
        if (piece !== '') current = `${current ?? ''}${piece}`
      }
    }
  }
  if (current !== undefined) done.push(current)
  return isPattern(word) ? done.map(text => text.replaceAll(SPECIAL, HOLE)) : done
}

/** Whether the shell takes a word for a pattern of paths. A part is one character long. */
const isPattern = (word: Word): boolean =>
  word.some(part => part.kind === 'text' && !part.quoted && '*?['.includes(part.text))
