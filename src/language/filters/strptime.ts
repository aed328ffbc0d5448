import { TemplateError } from '../../jinja/index.ts'
import { monthNumber, type WallTime } from './strftime.ts'

const PATTERNS: Readonly<Record<string, string>> = {
  Y: '\\d{4}',
  y: '\\d{2}',
  m: '\\d{1,2}',
  d: '\\d{1,2}',
  H: '\\d{1,2}',
  I: '\\d{1,2}',
  M: '\\d{1,2}',
  S: '\\d{1,2}',
  f: '\\d{1,6}',
  j: '\\d{1,3}',
  p: '[AaPp][Mm]',
  b: '[A-Za-z]{3}',
  B: '[A-Za-z]+',
  a: '[A-Za-z]{3}',
  A: '[A-Za-z]+',
  z: 'Z|[-+]\\d{2}:?\\d{2}',
  Z: '[A-Za-z]+',
}

/** A text read in the format of C's strptime. Throws TemplateError for one that does not fit. */
export const strptime = (text: string, format: string): WallTime => {
  const letters: string[] = []
  const source = format.replace(/%(.)|\s+|[.*+?^${}()|[\]\\]/g, (piece, letter?: string) => {
    if (letter === undefined) return /^\s/.test(piece) ? '\\s+' : `\\${piece}`
    if (letter === '%') return '%'
    const pattern = PATTERNS[letter]
    if (pattern === undefined)
      throw new TemplateError(`a format for reading a time knows no "${piece}"`)
    letters.push(letter)
    return `(${pattern})`
  })
  const match = new RegExp(`^${source}$`).exec(text)
  if (!match) throw new TemplateError(`the time "${text}" does not fit the format "${format}"`)
  return assemble(new Map(letters.map((letter, index) => [letter, match[index + 1] ?? ''])), text)
}

const assemble = (parts: ReadonlyMap<string, string>, text: string): WallTime => {
  const number = (letter: string, otherwise: number): number =>
    Number(parts.get(letter) ?? otherwise)
  const micros = Number((parts.get('f') ?? '0').padEnd(6, '0'))
  const day = parts.has('j') ? number('j', 1) : number('d', 1)
  const month = parts.has('j') ? 1 : monthOf(parts)
  const clock = [hourOf(parts), number('M', 0), number('S', 0)] as const
  const at = new Date(Date.UTC(yearOf(parts), month - 1, day, ...clock, Math.floor(micros / 1000)))
  const isReal = at.getUTCMonth() === month - 1 || parts.has('j')
  if (month < 1 || month > 12 || !isReal || clock[0] > 23 || clock[1] > 59)
    throw new TemplateError(`there is no time "${text}"`)
  return { at, micros: micros % 1000, zone: 'none' }
}

const yearOf = (parts: ReadonlyMap<string, string>): number => {
  const short = parts.get('y')
  // As POSIX has it: 69 to 99 are of the last century.
  if (short !== undefined) return Number(short) + (Number(short) < 69 ? 2000 : 1900)
  return Number(parts.get('Y') ?? 1900)
}

const monthOf = (parts: ReadonlyMap<string, string>): number => {
  const name = parts.get('b') ?? parts.get('B')
  return name === undefined ? Number(parts.get('m') ?? 1) : monthNumber(name)
}

const hourOf = (parts: ReadonlyMap<string, string>): number => {
  const half = parts.get('p')?.toLowerCase()
  const hour = Number(parts.get('I') ?? parts.get('H') ?? 0)
  return half === undefined ? hour : (hour % 12) + (half === 'pm' ? 12 : 0)
}
