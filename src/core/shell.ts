import { UserError } from './error.ts'
import { isSecret, type Secret } from './secret.ts'

declare const script: unique symbol

/** A POSIX shell script whose interpolated values are already quoted, with the bytes of its input. */
export interface Script {
  readonly [script]: true
  readonly text: string
  /** What the script reads on standard input; undefined means an empty input. */
  readonly input: Buffer | undefined
}

/** A script without input: the only kind that may be put into another. */
export interface Words extends Script {
  readonly input: undefined
}

const make = (text: string, input: Buffer | undefined): Script =>
  ({ text, input }) as unknown as Script

type Value = string | number | Words | readonly (string | number)[]

/**
 * Builds a script: every `${value}` becomes exactly one shell word, an array one word per element,
 * and a script without input is put in as it is. Refuses NUL, which no shell word can carry.
 */
export const sh = (parts: TemplateStringsArray, ...values: Value[]): Words =>
  make(
    parts.raw.map((part, i) => (i === 0 ? part : `${embed(values[i - 1])}${part}`)).join(''),
    undefined,
  ) as Words

const embed = (value: Value | undefined): string => {
  if (isSecret(value)) throw new TypeError('a secret cannot be put into a script')
  if (value === undefined) return ''
  if (typeof value === 'string' || typeof value === 'number') return quote(String(value))
  if ('text' in value) return value.text
  return value.map(word => quote(String(word))).join(' ')
}

/** Our own constant shell text (a function library, a loop), taken as it is: never for a value. */
export const constant = (text: string): Words => make(text, undefined) as Words

/** The user's own command line (`shell`, `raw`), run as written. */
export const asWritten = (text: string): Words => {
  refuseNul(text)
  return make(text, undefined) as Words
}

/** Scripts one after the other, each on a line of its own. */
export const lines = (...scripts: readonly Words[]): Words =>
  make(scripts.map(s => s.text).join('\n'), undefined) as Words

/** The same script, fed on standard input: the only way a secret may reach a host. */
export const fed = (words: Words, input: string | Buffer | Secret): Script =>
  make(words.text, isSecret(input) ? Buffer.from(input.reveal()) : Buffer.from(input))

const PLAIN_WORD = /^[\w@%+:,./-]+$/

/** One POSIX shell word that means exactly `word`. */
export const quote = (word: string): string => {
  refuseNul(word)
  return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

const refuseNul = (word: string): void => {
  if (word.includes('\0'))
    throw new UserError('E_NUL', 'a value with a NUL character cannot be passed to a command')
}
