import { createHash } from 'node:crypto'

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const DIGEST_BYTES = 32

/**
 * What MySQL stores for an account of `caching_sha2_password`: `$A$`, thousands of rounds as three
 * hexadecimal digits, `$`, 20 bytes of salt, 43 characters of SHA-256 crypt.
 */
export const cachingSha2 = (password: string, salt: Buffer, thousands = 5): Buffer =>
  Buffer.concat([
    Buffer.from(`$A$${thousands.toString(16).toUpperCase().padStart(3, '0')}$`),
    salt,
    Buffer.from(sha256Crypt(Buffer.from(password), salt, thousands * 1000)),
  ])

/** Whether a stored string of `caching_sha2_password` is that of `password`. */
export const matchesCachingSha2 = (stored: Buffer, password: string): boolean => {
  // An empty password is stored as an empty string.
  if (stored.length === 0) return password === ''
  const rounds = /^\$A\$([0-9A-Fa-f]{3})\$$/.exec(stored.subarray(0, 7).toString('latin1'))?.[1]
  if (rounds === undefined || stored.length !== 7 + SALT_BYTES + 43) return false
  const salt = stored.subarray(7, 7 + SALT_BYTES)
  return cachingSha2(password, salt, parseInt(rounds, 16)).equals(
    Buffer.concat([Buffer.from(`$A$${rounds.toUpperCase()}$`), stored.subarray(7)]),
  )
}

/** Bytes of salt in an account of `caching_sha2_password`. */
export const SALT_BYTES = 20

/** What MariaDB stores for an account of `mysql_native_password`. */
export const nativePassword = (password: string): string =>
  password === ''
    ? ''
    : `*${sha1(sha1(Buffer.from(password)))
        .toString('hex')
        .toUpperCase()}`

const sha1 = (data: Buffer): Buffer => createHash('sha1').update(data).digest()

const sha256 = (...parts: readonly Buffer[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest()

/** The first `length` bytes of `block` repeated. */
const repeated = (block: Buffer, length: number): Buffer => Buffer.alloc(length, block)

/**
 * SHA-256 crypt, after Ulrich Drepper's specification (akkadia.org/drepper/SHA-crypt.txt); its
 * salt is at most 16 bytes long, MySQL's has 20.
 */
const sha256Crypt = (key: Buffer, salt: Buffer, rounds: number): string => {
  const second = sha256(key, salt, key)
  const bits: Buffer[] = []
  for (let n = key.length; n > 0; n >>= 1) bits.push(n & 1 ? second : key)
  let digest = sha256(key, salt, repeated(second, key.length), ...bits)
  const p = repeated(sha256(...Array.from({ length: key.length }, () => key)), key.length)
  const times = 16 + (digest[0] ?? 0)
  const s = repeated(sha256(...Array.from({ length: times }, () => salt)), salt.length)
  for (let round = 0; round < rounds; round++) {
    const odd = round % 2 === 1
    digest = sha256(
      odd ? p : digest,
      ...(round % 3 === 0 ? [] : [s]),
      ...(round % 7 === 0 ? [] : [p]),
      odd ? digest : p,
    )
  }
  return encode(digest)
}

/** Crypt's own base 64: three bytes, ten apart and rotating, make four characters. */
const encode = (digest: Buffer): string => {
  let text = ''
  let [a, b, c] = [0, 10, 20]
  for (let group = 0; group < 10; group++) {
    text += characters([digest[a], digest[b], digest[c]], 4)
    ;[a, b, c] = [c + 1, a + 1, b + 1]
  }
  return text + characters([0, digest[DIGEST_BYTES - 1], digest[DIGEST_BYTES - 2]], 3)
}

const characters = (bytes: readonly (number | undefined)[], count: number): string => {
  let word = bytes.reduce<number>((sum, byte) => (sum << 8) | (byte ?? 0), 0)
  let text = ''
  for (let i = 0; i < count; i++) {
    text += ALPHABET[word & 0x3f] ?? ''
    word >>= 6
  }
  return text
}
