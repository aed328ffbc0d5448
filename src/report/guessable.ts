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

/** Hashes of passwords as systems and servers keep them: salted, and still to be guessed from. */
const PASSWORD_HASHES = [
  // crypt(3) and what resembles it
  /\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|argon2(?:id|i|d)|scrypt|pbkdf2(?:-\w+)?)\$[\w./+=,$-]{8,}/g,
  // MySQL: SHA-1 twice; caching_sha2_password
  /\*[\dA-F]{40}\b/g,
  /\$A\$\d{3}\$\S+/g,
  // PostgreSQL
  /\bmd5[\da-f]{32}\b/g,
  /\bSCRAM-SHA-256\$\S+/g,
  // LDAP and htpasswd
  /\{S?(?:SHA\d*|MD5)\}[\w+/=]+/g,
]

/** The text with a mask in the place of each hash of a password. */
export const withoutPasswordHashes = (text: string, mask: string): string =>
  PASSWORD_HASHES.reduce((masked, pattern) => masked.replaceAll(pattern, mask), text)

/** One of the words where it stands alone: short secrets are parts of too many other words. */
export const wordPattern = (words: Iterable<string>): RegExp | undefined => {
  const all = [...words].sort((a, b) => b.length - a.length).map(escaped)
  if (all.length === 0) return undefined
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${all.join('|')})(?![\\p{L}\\p{N}_])`, 'gu')
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
