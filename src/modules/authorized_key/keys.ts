import { shapeOf } from '../../core/shapes.ts'

/** A line of authorized_keys(5) that holds a key. */
export interface KeyLine {
  readonly options: string
  /** Type and key, by which two lines are the same key. */
  readonly key: string
  readonly comment: string
}

// sshd's reading: outside quotes a blank ends the options, and `\"` is no quote anywhere.
const OPTION = String.raw`\\"|\\(?!")|[^\s"\\\0]|"(?:\\"|\\(?!")|[^"\\\0\n\r])*"`
const OPTIONS = new RegExp(String.raw`^(?:${OPTION})+(?=\s)`)
const KEY = /^((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[\w@.-]+\s+[A-Za-z0-9+/]+={0,2})(?:\s+(.*))?$/

/** Options as they stand before a key: what followed an unquoted blank would be read as the key. */
export const keyOptions = shapeOf(
  `^(?!#)(?:${OPTION})*$`,
  'options of authorized_keys(5) with their blanks in quotes',
)

/** Undefined for an empty line, a remark, and what is no key. */
export const readKey = (line: string): KeyLine | undefined => {
  const text = line.trim()
  if (text.startsWith('#')) return undefined
  const options = KEY.test(text) ? '' : (OPTIONS.exec(text)?.[0] ?? '')
  const match = KEY.exec(text.slice(options.length).trimStart())
  if (!match) return undefined
  return {
    options,
    key: (match[1] ?? '').replaceAll(/\s+/g, ' '),
    comment: match[2]?.trim() ?? '',
  }
}

/** The line as it stands in a file. */
const keyText = ({ options, key, comment }: KeyLine): string =>
  [options, key, comment].filter(part => part !== '').join(' ')

/** What a file is to become. */
export interface Wish {
  readonly keys: readonly KeyLine[]
  readonly state: 'present' | 'absent'
  readonly exclusive: boolean
}

/** The file's text with the keys in it, or without them. */
export const editKeys = (text: string, { keys, state, exclusive }: Wish): string => {
  const lines = text.split('\n').filter((line, i, all) => line !== '' || i < all.length - 1)
  const wanted = new Map(keys.map(key => [key.key, key]))
  if (state === 'absent') return ended(lines.filter(line => !wanted.has(readKey(line)?.key ?? '')))
  const kept = lines.flatMap(line => {
    const found = readKey(line)
    if (found === undefined) return [line]
    const own = wanted.get(found.key)
    if (own === undefined) return exclusive ? [] : [line]
    wanted.delete(found.key)
    return [sameLine(found, own) ? line : keyText(own)]
  })
  return ended([...kept, ...[...wanted.values()].map(keyText)])
}

// Options and comments of a key that stands already count only where the task says something.
const sameLine = (found: KeyLine, own: KeyLine): boolean =>
  found.options === own.options && (own.comment === '' || found.comment === own.comment)

const ended = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('')
