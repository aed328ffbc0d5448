import { conceal } from '../core/conceal.ts'
import { MASK } from '../core/secret.ts'
import { hashesOf, wordPattern } from './guessable.ts'
import { printable } from './printable.ts'

/** Shorter texts are not redacted: masking every `abc` would hide more than it keeps. */
const SHORTEST = 6
/** Where nothing may come to light, as in a saved plan, these are too, where they stand alone. */
const SHORTEST_WORD = 2

/** Replaces every registered secret, in the encodings it takes on the way, by a mask. */
export class Redactor {
  /** By their first characters, longest first: one look tells that most places begin none. */
  readonly #secrets = new Map<string, readonly string[]>()

  /** Secrets that are known strictly, those of them that are short, and what is masked of these. */
  readonly #strictly = new Set<string>()
  readonly #short = new Set<string>()
  readonly #words = new Set<string>()
  #wordPattern: RegExp | undefined
  #isStrict = false

  /**
   * From now on short secrets are masked as well, where they stand alone, and hashes of secrets, from
   * which they can be guessed. For what is kept and passed on.
   */
  beStrict(): void {
    this.#isStrict = true
  }

  register(secret: string): void {
    for (const text of new Set([secret, ...secret.split('\n').map(line => line.trim())])) {
      if (text.length >= SHORTEST) for (const encoding of encodingsOf(text)) this.#add(encoding)
      if (this.#isStrict) this.#addStrictly(text)
    }
  }

  #addStrictly(text: string): void {
    if (text === '' || this.#strictly.has(text)) return
    this.#strictly.add(text)
    for (const hash of hashesOf(text)) this.#add(hash)
    if (text.length >= SHORTEST) return
    this.#short.add(text)
    if (text.length < SHORTEST_WORD) return
    for (const encoding of encodingsOf(text, SHORTEST_WORD)) {
      if (encoding.length >= SHORTEST) this.#add(encoding)
      else this.#words.add(encoding)
    }
    this.#wordPattern = wordPattern(this.#words)
  }

  #add(text: string): void {
    const head = text.slice(0, SHORTEST)
    const others = this.#secrets.get(head) ?? []
    if (others.includes(text)) return
    this.#secrets.set(
      head,
      [...others, text].sort((a, b) => b.length - a.length),
    )
  }

  /** Without what is registered, and without private keys and hashes that nobody has registered. */
  redact(text: string): string {
    return this.withoutRegistered(conceal(text))
  }

  /** Without what is registered; nothing else is hidden. */
  withoutRegistered(text: string): string {
    const masked = this.#withoutLong(text)
    return this.#wordPattern === undefined ? masked : masked.replaceAll(this.#wordPattern, MASK)
  }

  /**
   * Whether a secret is in the text, a short one also as a part of a word: whatever is made of the
   * text one-way, such as a hash, tells somebody who tries them out which secret it is.
   */
  holds(text: string): boolean {
    return this.#withoutLong(text) !== text || [...this.#short].some(one => text.includes(one))
  }

  #withoutLong(text: string): string {
    if (this.#secrets.size === 0) return text
    const lastCut = text.lastIndexOf('…')
    let [result, done] = ['', 0]
    for (let at = 0; at + SHORTEST <= text.length;) {
      const secrets = this.#secrets.get(text.slice(at, at + SHORTEST))
      const length = secrets === undefined ? 0 : lengthAt({ text, at, lastCut }, secrets)
      if (length > 0) {
        result += `${text.slice(done, at)}${MASK}`
        done = at + length
      }
      at += Math.max(length, 1)
    }
    return `${result}${text.slice(done)}`
  }

  /** The same structure with every text in it redacted, keys included. */
  redactAll(value: unknown): unknown {
    if (typeof value === 'string') return this.redact(value)
    if (Array.isArray(value)) return value.map(item => this.redactAll(item))
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).map(([key, item]) => [
      this.redact(key),
      this.redactAll(item),
    ])
    return Object.fromEntries(entries) as unknown
  }
}

interface Place {
  readonly text: string
  readonly at: number
  /** Where the text's last `…` stands. */
  readonly lastCut: number
}

/** How much of the text from a place on is a secret, or what a message has cut one down to. */
const lengthAt = ({ text, at, lastCut }: Place, secrets: readonly string[]): number => {
  const whole = secrets.find(secret => text.startsWith(secret, at))
  if (whole !== undefined) return whole.length
  if (lastCut < at) return 0
  const shared = secrets.map(secret => sharedLength(text, at, secret))
  return Math.max(0, ...shared.filter(length => text[at + length] === '…'))
}

const sharedLength = (text: string, at: number, secret: string): number => {
  let length = SHORTEST
  while (length < secret.length && text[at + length] === secret[length]) length++
  return length
}

const encodingsOf = (text: string, shortest = SHORTEST): readonly string[] => {
  const bytes = Buffer.from(text)
  const json = JSON.stringify(text).slice(1, -1)
  return [
    text,
    printable(text),
    json,
    json.replaceAll(/[\u0080-\uffff]/g, inHex),
    json.replaceAll(/[<>&']/g, inHex),
    JSON.stringify(json).slice(1, -1),
    ...inQuotes(text),
    ...inMarkup(text),
    text.replaceAll(/\s+/g, ' '),
    ...inUrls(bytes.toString('utf8')),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...base64Of(bytes),
  ].filter(encoded => encoded.length >= shortest)
}

const inHex = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** As a shell, YAML or SQL, and Python write it between single quotes. */
const inQuotes = (text: string): readonly string[] => {
  const slashed = text.replaceAll('\\', '\\\\')
  return [
    text.replaceAll("'", `'\\''`),
    text.replaceAll("'", "''"),
    slashed,
    slashed.replaceAll("'", "''"),
    slashed.replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\t', '\\t'),
  ]
}

/** Writers of HTML differ over the quotes. */
const inMarkup = (text: string): readonly string[] => {
  const usual = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return [usual, usual.replaceAll("'", '&#39;').replaceAll('"', '&#34;')].flatMap(one => [
    one,
    one.replaceAll('&#34;', '&quot;').replaceAll('"', '&quot;'),
  ])
}

/** Writers of URLs differ over a few characters, over the blank and over the case of digits. */
const inUrls = (text: string): readonly string[] => {
  const usual = encodeURIComponent(text)
  const strict = usual.replaceAll(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  const inForms = new URLSearchParams([['', text]]).toString().slice(1)
  const asPaths = [usual, strict].map(url => url.replaceAll('%2F', '/'))
  return [usual, strict, inForms, ...asPaths].flatMap(url => {
    const small = url.replaceAll(/%../g, code => code.toLowerCase())
    return [url, small, url.replaceAll('%20', '+'), small.replaceAll('%20', '+')]
  })
}

/** Inside a longer text, base64 shows a secret at one of three offsets; the parts that do not depend on neighbours. */
const base64Of = (bytes: Buffer): readonly string[] => {
  const whole = [bytes.toString('base64'), bytes.toString('base64url')]
  const shifted = [0, 1, 2].map(offset => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const start = Math.ceil((offset * 8) / 6)
    const end = Math.floor(((offset + bytes.length) * 8) / 6)
    return encoded.slice(start, end)
  })
  // A short secret's unshared middle could be a common word.
  return [...whole, ...shifted.filter(part => part.length >= SHORTEST + 2)]
}
