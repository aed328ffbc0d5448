import { createHash } from 'node:crypto'

const HASHES = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']

/** What plain hashes make of a text, alone or as a line: whoever has one can try out what it is of. */
export const hashesOf = (text: string): readonly string[] =>
  [text, `${text}\n`].flatMap(one =>
    HASHES.flatMap(name => {
      const hash = createHash(name).update(one).digest()
      const hex = hash.toString('hex')
      return [hex, hex.toUpperCase(), hash.toString('base64')]
    }),
  )

/** One of the words where it stands alone: short secrets are parts of too many other words. */
export const wordPattern = (words: Iterable<string>): RegExp | undefined => {
  const all = [...words].sort((a, b) => b.length - a.length).map(escaped)
  if (all.length === 0) return undefined
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${all.join('|')})(?![\\p{L}\\p{N}_])`, 'gu')
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
