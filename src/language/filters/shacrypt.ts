import { createHash, type Hash } from 'node:crypto'

/** What differs between `$5$` and `$6$`. */
interface Kind {
  readonly mark: string
  readonly digest: 'sha256' | 'sha512'
  readonly size: number
  /** Which bytes of the last digest make each group of characters, the highest bits first. */
  readonly groups: readonly (readonly number[])[]
}

/** What crypt(3) takes where nothing is said. */
export const DEFAULT_ROUNDS = 5000
const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

// The specification lists the bytes; they rotate by 21 of 63 (one way) and by 10 of 30 (the other).
const groups512 = Array.from({ length: 21 }, (_, index) => {
  const group = [index, index + 21, index + 42]
  const turn = index % 3
  return [...group.slice(turn), ...group.slice(0, turn)]
})
const groups256 = Array.from({ length: 10 }, (_, index) => {
  const group = [index, index + 10, index + 20]
  const turn = (3 - (index % 3)) % 3
  return [...group.slice(turn), ...group.slice(0, turn)]
})

const KINDS = {
  sha256: { mark: '5', digest: 'sha256', size: 32, groups: [...groups256, [31, 30]] },
  sha512: { mark: '6', digest: 'sha512', size: 64, groups: [...groups512, [63]] },
} as const satisfies Record<string, Kind>

/** The names that `shaCrypt` knows. */
export type ShaCryptName = keyof typeof KINDS

/**
 * The hash of a password as crypt(3) writes it in /etc/shadow, by Ulrich Drepper's "Unix crypt
 * using SHA-256 and SHA-512" (public domain, version 0.6). `salt` has 16 characters at most;
 * without `rounds` there are 5,000 of them, and the text does not name them.
 */
export const shaCrypt = (
  name: ShaCryptName,
  password: string,
  { salt, rounds }: { salt: string; rounds?: number | undefined },
): string => {
  const kind: Kind = KINDS[name]
  const count = Math.min(Math.max(rounds ?? DEFAULT_ROUNDS, 1000), 999_999_999)
  const used = salt.slice(0, 16)
  const digest = new ShaCrypt(kind, Buffer.from(password), Buffer.from(used)).run(count)
  const named = rounds === undefined ? '' : `rounds=${count}$`
  return `$${kind.mark}$${named}${used}$${encode(digest, kind)}`
}

class ShaCrypt {
  readonly #kind: Kind
  readonly #password: Buffer
  readonly #salt: Buffer

  constructor(kind: Kind, password: Buffer, salt: Buffer) {
    this.#kind = kind
    this.#password = password
    this.#salt = salt
  }

  run(rounds: number): Buffer {
    let digest = this.#start()
    const password = this.#repeat(this.#digestOfPassword(), this.#password.length)
    const salt = this.#repeat(this.#digestOfSalt(digest), this.#salt.length)
    for (let round = 0; round < rounds; round++) {
      const hash = this.#hash()
      hash.update(round % 2 === 1 ? password : digest)
      if (round % 3 !== 0) hash.update(salt)
      if (round % 7 !== 0) hash.update(password)
      hash.update(round % 2 === 1 ? digest : password)
      digest = hash.digest()
    }
    return digest
  }

  #start(): Buffer {
    const [password, salt] = [this.#password, this.#salt]
    const alternate = this.#hash().update(password).update(salt).update(password).digest()
    const hash = this.#hash().update(password).update(salt)
    hash.update(this.#repeat(alternate, password.length))
    for (let bits = password.length; bits > 0; bits >>= 1)
      hash.update(bits % 2 === 1 ? alternate : password)
    return hash.digest()
  }

  #digestOfPassword(): Buffer {
    const hash = this.#hash()
    for (let index = 0; index < this.#password.length; index++) hash.update(this.#password)
    return hash.digest()
  }

  #digestOfSalt(start: Buffer): Buffer {
    const hash = this.#hash()
    const times = 16 + (start[0] ?? 0)
    for (let index = 0; index < times; index++) hash.update(this.#salt)
    return hash.digest()
  }

  #hash(): Hash {
    return createHash(this.#kind.digest)
  }

  #repeat(digest: Buffer, length: number): Buffer {
    return Buffer.alloc(length, digest.subarray(0, Math.max(Math.min(length, this.#kind.size), 1)))
  }
}

const encode = (digest: Buffer, { groups }: Kind): string =>
  groups
    .map(group => {
      let bits = 0
      for (const index of group) bits = bits * 256 + (digest[index] ?? 0)
      let text = ''
      for (let left = Math.ceil((group.length * 8) / 6); left > 0; left--) {
        text += ALPHABET.charAt(bits & 0x3f)
        bits >>= 6
      }
      return text
    })
    .join('')
