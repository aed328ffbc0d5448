import { UserError, type Position } from '../core/error.ts'

/** A word of a line with its place. */
export interface Word {
  readonly text: string
  readonly at: Position
}

const PIECE = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/y

/** Splits a line as a shell does, quotes taken off, a comment (`#`) left out. */
export const splitWords = (line: string, at: Position): readonly Word[] => {
  const words: Word[] = []
  let offset = 0
  for (;;) {
    offset += /^\s*/.exec(line.slice(offset))?.[0].length ?? 0
    if (offset >= line.length || line[offset] === '#') return words
    const start = { ...at, column: offset + 1 }
    const { text, end } = readWord(line, offset, start)
    words.push({ text, at: start })
    offset = end
  }
}

const readWord = (line: string, start: number, at: Position): { text: string; end: number } => {
  let text = ''
  let end = start
  while (end < line.length && !/\s/.test(line.charAt(end))) {
    PIECE.lastIndex = end
    const piece = PIECE.exec(line)
    if (!piece) throw new UserError('E_INVENTORY', 'a quote is opened and never closed', { at })
    const [, single, double, escaped, plain] = piece
    text += single ?? double?.replace(/\\(["\\])/g, '$1') ?? escaped ?? plain ?? ''
    end = PIECE.lastIndex
  }
  return { text, end }
}
