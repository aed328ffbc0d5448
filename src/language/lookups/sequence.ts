import { asInteger, optional, printValue, TemplateError, type Kwargs } from '../../jinja/index.ts'
import type { Lookup } from './lookup.ts'

interface Numbers {
  readonly start: number
  readonly end: number
  readonly stride: number
  readonly format: string
}

/** Numbers as texts: `start=1 end=9 stride=2 format=host%02d`, or short `1-9/2:host%02d`. */
export const sequence: Lookup = ({ terms, options }) => {
  const written = terms.length === 0 ? [''] : terms.map(printValue)
  return written.flatMap(term => expand(readNumbers(term, options)))
}

const SHORT = /^(?:(0x[\da-f]+|\d+)\s*-)?\s*(0x[\da-f]+|\d+)(?:\s*\/\s*(-?\d+))?(?:\s*:\s*(.*))?$/i

const readNumbers = (term: string, options: Kwargs): Numbers => {
  const short = SHORT.exec(term.trim())
  if (short) {
    const [, start = '1', end = '', stride = '1', format = '%d'] = short
    return { start: Number(start), end: Number(end), stride: Number(stride), format }
  }
  const given = new Map<string, unknown>(options)
  for (const part of term.split(/\s+/).filter(text => text !== '')) {
    const [, name, value] = /^(start|end|count|stride|format)=(.*)$/.exec(part) ?? []
    if (name === undefined)
      throw new TemplateError(`"${part}" is no argument of sequence`, {
        hint: 'such as start=1 end=5 stride=2 format=host%02d',
      })
    given.set(name, value)
  }
  return withCount(given)
}

const withCount = (given: ReadonlyMap<string, unknown>): Numbers => {
  const number = (name: string): number | undefined =>
    optional(numeric(given.get(name)), undefined, (value, what) => asInteger(value, what), name)
  const stride = number('stride') ?? 1
  const start = number('start') ?? 1
  const count = number('count')
  const end = number('end') ?? (count === undefined ? undefined : start + stride * (count - 1))
  if (end === undefined) throw new TemplateError('sequence needs end or count')
  // No number at all: an empty list, whatever the direction.
  const isEmpty = count === 0 && !given.has('end')
  const format = given.has('format') ? printValue(given.get('format')) : '%d'
  return { start, end: isEmpty ? start - 1 : end, stride: isEmpty ? 1 : stride, format }
}

const numeric = (value: unknown): unknown => (typeof value === 'string' ? Number(value) : value)

const expand = ({ start, end, stride, format }: Numbers): readonly string[] => {
  if (stride === 0) return []
  if (stride > 0 ? end < start - 1 : end > start)
    throw new TemplateError(`sequence cannot count from ${start} to ${end} by ${stride}`, {
      hint: 'a stride below 0 counts down',
    })
  const numbers: string[] = []
  for (let n = start; stride > 0 ? n <= end : n >= end; n += stride) numbers.push(print(n, format))
  return numbers
}

const print = (number: number, format: string): string =>
  format.replace(
    /%(?:%|(0?)(\d*)([dxXo]))/g,
    (written, zero: string, width: string, kind: string) => {
      if (written === '%%') return '%'
      const digits = number.toString(kind === 'd' ? 10 : kind === 'o' ? 8 : 16)
      const cased = kind === 'X' ? digits.toUpperCase() : digits
      return cased.padStart(Number(width), zero === '0' ? '0' : ' ')
    },
  )
