import { TemplateError } from '../error.ts'
import { iterate } from './iterate.ts'
import { asInteger, asText, optional } from './arguments.ts'
import { isTruthy } from './compare.ts'
import { center, formatBraces } from './format.ts'
import { method, type Method, type MethodTable } from './method.ts'
import { CASE_METHODS } from './casemethods.ts'
import { splitLines, splitText, splitTextFromEnd } from './split.ts'
import { characters, checkSize, tupleOf, typeName, unmark } from './values.ts'

type Side = 'start' | 'end' | 'both'

/** Python's `strip`: white space, or any of the characters given. */
export const stripText = (
  text: string,
  unwanted: string | undefined,
  side: Side = 'both',
): string => {
  if (unwanted === undefined)
    return side === 'start' ? text.trimStart() : side === 'end' ? text.trimEnd() : text.trim()
  const characterList = Array.from(text)
  let [from, to] = [0, characterList.length]
  const isUnwanted = (index: number): boolean => unwanted.includes(characterList[index] ?? '')
  if (side !== 'end') while (from < to && isUnwanted(from)) from += 1
  if (side !== 'start') while (to > from && isUnwanted(to - 1)) to -= 1
  return characterList.slice(from, to).join('')
}

/** Python's `replace`; a negative count replaces all. */
export const replaceText = (text: string, old: string, replacement: string, count = -1): string => {
  if (count < 0) return text.replaceAll(old, () => replacement)
  const parts = text.split(old)
  const head = parts.slice(0, count + 1).join(replacement)
  return parts.length > count + 1 ? head + old + parts.slice(count + 1).join(old) : head
}

/** Python's `join`, which takes texts only. */
const joinTexts = (self: string, [items]: unknown[]): string =>
  iterate(items)
    .map(item => asText(item, "each item of 'join'"))
    .join(self)

const strip = (side: Side): Method<string> =>
  method('chars', (self, [chars]) =>
    stripText(self, optional<string | undefined>(chars, undefined, asText, 'chars'), side),
  )

const split = (run: typeof splitText): Method<string> =>
  method('sep maxsplit', (self, [separator, limit]) =>
    run(
      self,
      optional<string | undefined>(separator, undefined, asText, 'sep'),
      optional(limit, -1, asInteger, 'maxsplit'),
    ),
  )

// Positions count characters, as Python's do.
const find = (self: string, [wanted, start, end]: unknown[], last = false): number => {
  const items = characters(self)
  const from = bound(start, 0, items.length)
  const part = items.slice(from, bound(end, items.length, items.length))
  const text = typeof part === 'string' ? part : part.join('')
  const pattern = asText(wanted, 'the text to find')
  const index = last ? text.lastIndexOf(pattern) : text.indexOf(pattern)
  return index < 0 ? -1 : from + characters(text.slice(0, index)).length
}

const bound = (value: unknown, fallback: number, length: number): number => {
  const index = optional(value, fallback, asInteger, 'the position')
  return index < 0 ? Math.max(0, index + length) : index
}

const findOrFail = (self: string, args: unknown[], last: boolean): number => {
  const index = find(self, args, last)
  if (index < 0) throw new TemplateError('the substring was not found')
  return index
}

const affix = (test: (self: string, part: string) => boolean): Method<string> =>
  method('affix', (self, [parts]) => {
    const candidates = Array.isArray(parts) ? (parts as unknown[]) : [parts]
    return candidates.some(part => test(self, asText(part, 'the affix')))
  })

const partition = (last: boolean): Method<string> =>
  method('sep', (self, [sep]) => {
    const separator = asText(sep, 'sep')
    const at = last ? self.lastIndexOf(separator) : self.indexOf(separator)
    if (at < 0) return tupleOf(last ? ['', '', self] : [self, '', ''])
    return tupleOf([self.slice(0, at), separator, self.slice(at + separator.length)])
  })

const justify = (pad: (text: string, width: number, fill: string) => string): Method<string> =>
  method('width fillchar', (self, [width, fill]) => {
    const size = asInteger(width, 'width')
    checkSize(size, 'the string')
    // Pads by UTF-16 units; a character beyond them counts as one here.
    const surplus = self.length - characters(self).length
    return pad(self, size + surplus, optional(fill, ' ', asText, 'fillchar'))
  })

const zeroFill = (self: string, width: number): string => {
  checkSize(width, 'the string')
  const sign = /^[+-]/.exec(self)?.[0] ?? ''
  return sign + self.slice(sign.length).padStart(width - sign.length, '0')
}

const expandTabs = (self: string, size: number): string => {
  let column = 0
  return self.replace(/\t|\n|[^\t\n]/gu, character => {
    const text = character === '\t' && size > 0 ? ' '.repeat(size - (column % size)) : character
    column = character === '\n' ? 0 : column + text.length
    return text === '\t' ? '' : text
  })
}

const countIn = (self: string, wanted: string): number =>
  wanted === '' ? characters(self).length + 1 : self.split(wanted).length - 1

/** The methods of strings. */
export const STRING_METHODS: MethodTable<string> = new Map<string, Method<string>>([
  ...CASE_METHODS,
  ['strip', strip('both')],
  ['lstrip', strip('start')],
  ['rstrip', strip('end')],
  ['split', split(splitText)],
  ['rsplit', split(splitTextFromEnd)],
  ['splitlines', method('keepends', (self, [keep = false]) => splitLines(self, isTruthy(keep)))],
  [
    'replace',
    method('old new count', (self, [old, replacement, count]) =>
      replaceText(
        self,
        asText(old, 'old'),
        asText(replacement, 'new'),
        optional(count, -1, asInteger, 'count'),
      ),
    ),
  ],
  ['startswith', affix((self, part) => self.startsWith(part))],
  ['endswith', affix((self, part) => self.endsWith(part))],
  ['find', method('sub start end', (self, args) => find(self, args))],
  ['rfind', method('sub start end', (self, args) => find(self, args, true))],
  ['index', method('sub start end', (self, args) => findOrFail(self, args, false))],
  ['rindex', method('sub start end', (self, args) => findOrFail(self, args, true))],
  ['count', method('sub', (self, [wanted]) => countIn(self, asText(wanted, 'sub')))],
  ['join', method('iterable', joinTexts)],
  ['format', { parameters: 'rest', run: formatBraces }],
  [
    'format_map',
    method('mapping', (self, [mapping]) => {
      if (!(mapping instanceof Map))
        throw new TemplateError(`format_map needs a dictionary, not '${typeName(mapping)}'`)
      return formatBraces(self, [], mapping as Map<string, unknown>)
    }),
  ],
  ['zfill', method('width', (self, [width]) => zeroFill(self, asInteger(width, 'width')))],
  ['ljust', justify((text, width, fill) => text.padEnd(width, fill))],
  ['rjust', justify((text, width, fill) => text.padStart(width, fill))],
  [
    'center',
    method('width fillchar', (self, [width, fill]) => {
      const size = asInteger(width, 'width')
      checkSize(size, 'the string')
      return center(self, size, optional(fill, ' ', asText, 'fillchar'))
    }),
  ],
  ['partition', partition(false)],
  ['rpartition', partition(true)],
  [
    'removeprefix',
    method('prefix', (self, [part]) => {
      const prefix = asText(part, 'prefix')
      return self.startsWith(prefix) ? self.slice(prefix.length) : self
    }),
  ],
  [
    'removesuffix',
    method('suffix', (self, [part]) => {
      const suffix = asText(part, 'suffix')
      return suffix !== '' && self.endsWith(suffix) ? self.slice(0, -suffix.length) : self
    }),
  ],
  [
    'expandtabs',
    method('tabsize', (self, [size]) => expandTabs(self, optional(size, 8, asInteger, 'tabsize'))),
  ],
  // There are no bytes in templates; text stands for them, which serves `.encode() | b64encode`.
  ['encode', method('encoding errors', self => unmark(self))],
])
