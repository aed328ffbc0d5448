import { characters } from '../runtime/values.ts'

interface WrapOptions {
  readonly width: number
  readonly breakLongWords: boolean
  readonly breakOnHyphens: boolean
}

const WORDS = /\s+|[^\s]+/gu
// Behind a hyphen between letters a line may be broken.
const HYPHENATED = /(?<=[\p{L}\p{N}_]{2}-)(?=[\p{L}_])/gu

/** The lines of a text at most `width` wide, as Python's textwrap breaks them. */
export const wrapText = (text: string, options: WrapOptions): string[] => {
  const chunks = (text.match(WORDS) ?? []).flatMap(word =>
    options.breakOnHyphens ? word.split(HYPHENATED) : [word],
  )
  const lines: string[] = []
  let line: string[] = []
  let used = 0
  const finishLine = (): void => {
    if (/^\s*$/.test(line.at(-1) ?? '')) line.pop()
    if (line.length > 0) lines.push(line.join(''))
    line = []
    used = 0
  }
  while (chunks.length > 0) {
    const chunk = chunks.shift() ?? ''
    const size = characters(chunk).length
    // White space at the start of a line is dropped, but for the first line's.
    if (line.length === 0 && lines.length > 0 && chunk.trim() === '') continue
    if (used + size <= options.width) {
      line.push(chunk)
      used += size
    } else if (size > options.width) {
      const room = Math.max(1, options.width - used)
      if (options.breakLongWords) {
        const letters = Array.from(chunk)
        line.push(letters.slice(0, room).join(''))
        chunks.unshift(letters.slice(room).join(''))
      } else if (line.length === 0) line.push(chunk)
      else chunks.unshift(chunk)
      finishLine()
    } else {
      chunks.unshift(chunk)
      finishLine()
    }
  }
  finishLine()
  return lines
}
