import { TemplateError, type Position } from '../error.ts'

/** How text around tags is treated. */
export interface Whitespace {
  readonly trimBlocks: boolean
  readonly lstripBlocks: boolean
  readonly keepTrailingNewline: boolean
}

/** How Ansible reads templates. */
export const ANSIBLE_WHITESPACE: Whitespace = {
  trimBlocks: true,
  lstripBlocks: false,
  keepTrailingNewline: true,
}

/** Where a source comes from: its name and the place of its first character. */
export interface Origin {
  readonly name?: string | undefined
  readonly line?: number | undefined
  readonly column?: number | undefined
  /** Texts in `{{ }}` keep their backslashes, as in Ansible's playbooks: `'\\1'` is two characters. */
  readonly keepBackslashes?: boolean | undefined
}

/** A template's text, which knows the line and column of each offset. */
export class Source {
  readonly text: string
  readonly name: string | undefined
  readonly keepsBackslashes: boolean
  readonly #lineStarts: number[] = [0]
  readonly #firstLine: number
  readonly #firstColumn: number

  constructor(text: string, { name, line = 1, column = 1, keepBackslashes = false }: Origin = {}) {
    // As Jinja does; what is printed has the newlines of the host's choosing anyway.
    this.text = text.replace(/\r\n?/g, '\n')
    this.name = name
    this.keepsBackslashes = keepBackslashes
    this.#firstLine = line
    this.#firstColumn = column
    for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1))
      this.#lineStarts.push(at + 1)
  }

  position(offset: number): Position {
    let low = 0
    let high = this.#lineStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    const column = offset - (this.#lineStarts[low] ?? 0)
    // Only the first line shares its line with whatever stands before the template.
    return { line: low + this.#firstLine, column: column + (low === 0 ? this.#firstColumn : 1) }
  }

  fail(offset: number, message: string, hint?: string): never {
    throw new TemplateError(message, { at: this.position(offset), hint, template: this.name })
  }
}
