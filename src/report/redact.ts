import { printable } from './printable.ts'

/** Shorter texts are not redacted: masking every `abc` would hide more than it keeps. */
const SHORTEST = 6
const MASK = '••••••'

/** Replaces every registered secret, in the encodings it takes on the way, by a mask. */
export class Redactor {
  readonly #secrets = new Set<string>()
  #pattern: RegExp | undefined

  register(secret: string): void {
    for (const text of [secret, ...secret.split('\n').map(line => line.trim())])
      if (text.length >= SHORTEST)
        for (const encoding of encodingsOf(text)) this.#secrets.add(encoding)
    this.#pattern = undefined
  }

  redact(text: string): string {
    if (this.#secrets.size === 0) return text
    this.#pattern ??= patternOf(this.#secrets)
    return text.replaceAll(this.#pattern, MASK)
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

const encodingsOf = (text: string): readonly string[] => {
  const bytes = Buffer.from(text)
  const json = JSON.stringify(text).slice(1, -1)
  return [
    text,
    printable(text),
    json,
    json.replaceAll(/[\u0080-\uffff]/g, inHex),
    text.replaceAll("'", `'\\''`),
    ...inUrls(bytes.toString('utf8')),
    bytes.toString('hex'),
    ...base64Of(bytes),
  ].filter(encoded => encoded.length >= SHORTEST)
}

const inHex = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Writers of URLs differ over a few characters, over the blank and over the case of digits. */
const inUrls = (text: string): readonly string[] => {
  const usual = encodeURIComponent(text)
  const strict = usual.replaceAll(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  const inForms = new URLSearchParams([['', text]]).toString().slice(1)
  return [usual, strict, inForms].flatMap(url => {
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

const patternOf = (secrets: ReadonlySet<string>): RegExp => {
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length)
  return new RegExp(longestFirst.map(escape).join('|'), 'g')
}

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
