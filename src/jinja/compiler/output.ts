import { TemplateError } from '../error.ts'

// 64 MiB of text is no configuration file; without a bound, nested loops could fill the memory.
const MAX_LENGTH = 1 << 26

/** The text that a template prints. */
export class Output {
  readonly #chunks: string[] = []
  #length = 0
  /** Set once a template extends another: what it prints outside of blocks is lost. */
  muted = false

  write(text: string): void {
    if (this.muted) return
    this.#length += text.length
    if (this.#length > MAX_LENGTH) throw new TemplateError('the template prints too much text')
    this.#chunks.push(text)
  }

  toString(): string {
    return this.#chunks.join('')
  }
}
