import { createHash, randomInt } from 'node:crypto'
import { TemplateError } from '../../jinja/index.ts'

/** A whole number below `limit`, by chance or from a seed. */
export type Below = (limit: number) => number

/** Numbers of the system's randomness. */
export const trueRandom: Below = limit => randomInt(limit)

const SIZE = 624
const MIDDLE = 397

/**
 * The Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998), seeded as Python seeds it, so that
 * `60 | random(seed=inventory_hostname)` gives the minute that it gives in Ansible.
 */
export const seeded = (seed: string | number): Below => {
  const twister = new Twister(seedWords(seed))
  return limit => {
    if (limit >= 2 ** 32) throw new TemplateError('a seeded random number must be below 2 ** 32')
    const bits = limit.toString(2).length
    let number: number
    do number = twister.next() >>> (32 - bits)
    while (number >= limit)
    return number
  }
}

// A text counts as the number that its bytes and their SHA-512 make; least significant word first.
const seedWords = (seed: string | number): readonly number[] => {
  if (typeof seed === 'number') return wordsOf(BigInt(Math.abs(seed)))
  const bytes = Buffer.from(seed)
  const hash = createHash('sha512').update(bytes).digest('hex')
  return wordsOf(BigInt(`0x${bytes.toString('hex')}${hash}`))
}

const wordsOf = (number: bigint): readonly number[] => {
  const words: number[] = []
  for (let left = number; left > 0n; left >>= 32n) words.push(Number(left & 0xffffffffn))
  return words.length === 0 ? [0] : words
}

class Twister {
  readonly #state = new Uint32Array(SIZE)
  #index = SIZE

  constructor(key: readonly number[]) {
    const state = this.#state
    state[0] = 19650218
    for (let i = 1; i < SIZE; i++) state[i] = Math.imul(1812433253, this.#mixed(i)) + i
    let i = 1
    for (let step = 0; step < Math.max(SIZE, key.length); step++) {
      const j = step % key.length
      state[i] = (this.#at(i) ^ Math.imul(this.#mixed(i), 1664525)) + (key[j] ?? 0) + j
      i = this.#after(i)
    }
    for (let step = 1; step < SIZE; step++) {
      state[i] = (this.#at(i) ^ Math.imul(this.#mixed(i), 1566083941)) - i
      i = this.#after(i)
    }
    state[0] = 0x80000000
  }

  /** 32 bits. */
  next(): number {
    if (this.#index >= SIZE) this.#generate()
    let word = this.#at(this.#index++)
    word ^= word >>> 11
    word ^= (word << 7) & 0x9d2c5680
    word ^= (word << 15) & 0xefc60000
    return (word ^ (word >>> 18)) >>> 0
  }

  #generate(): void {
    for (let i = 0; i < SIZE; i++) {
      const word = (this.#at(i) & 0x80000000) | (this.#at((i + 1) % SIZE) & 0x7fffffff)
      const twist = word % 2 === 0 ? 0 : 0x9908b0df
      this.#state[i] = this.#at((i + MIDDLE) % SIZE) ^ (word >>> 1) ^ twist
    }
    this.#index = 0
  }

  #at(index: number): number {
    return this.#state[index] ?? 0
  }

  #mixed(index: number): number {
    const before = this.#at(index - 1)
    return before ^ (before >>> 30)
  }

  #after(index: number): number {
    if (index + 1 < SIZE) return index + 1
    this.#state[0] = this.#at(SIZE - 1)
    return 1
  }
}
