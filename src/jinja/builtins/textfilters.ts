import { TemplateError } from '../error.ts'
import { asInteger, asText, optional } from '../runtime/arguments.ts'
import { capitalizeText } from '../runtime/casemethods.ts'
import { isTruthy } from '../runtime/compare.ts'
import { type Filter, filterWith } from '../runtime/filter.ts'
import { center, formatPercent } from '../runtime/format.ts'
import { printValue } from '../runtime/print.ts'
import { splitLines } from '../runtime/split.ts'
import { replaceText, stripText } from '../runtime/stringmethods.ts'
import { characters, checkSize, tupleOf } from '../runtime/values.ts'
import { wrapText } from './wrap.ts'

const indent = filterWith('width first blank', (value, [width, first = false, blank = false]) => {
  const margin = typeof width === 'string' ? width : spaces(optional(width, 4, asInteger, 'width'))
  // Jinja's quirk: the newline that it adds keeps the last, empty line of the text.
  const lines = splitLines(`${asText(value, "the value for 'indent'")}\n`)
  const indentBlank = isTruthy(blank)
  const indented = lines.map((line, index) =>
    index > 0 && (line !== '' || indentBlank) ? margin + line : line,
  )
  return (isTruthy(first) ? margin : '') + indented.join('\n')
})

const spaces = (width: number): string => {
  checkSize(width, 'the string')
  return ' '.repeat(Math.max(0, width))
}

const truncate = filterWith('length killwords end leeway', (value, args) => {
  const text = Array.from(printValue(value))
  const length = optional(args[0], 255, asInteger, 'length')
  const end = optional(args[2], '...', asText, 'end')
  const leeway = optional(args[3], 5, asInteger, 'leeway')
  const room = length - characters(end).length
  if (room < 0 || leeway < 0)
    throw new TemplateError("'truncate' is given a length too small for its end")
  if (text.length <= length + leeway) return text.join('')
  const cut = text.slice(0, room).join('')
  const lastSpace = cut.lastIndexOf(' ')
  const wholeWords = isTruthy(args[1] ?? false) || lastSpace < 0 ? cut : cut.slice(0, lastSpace)
  return wholeWords + end
})

const wordwrap = filterWith('width break_long_words wrapstring break_on_hyphens', (value, args) => {
  const width = optional(args[0], 79, asInteger, 'width')
  const newline = optional(args[2], '\n', asText, 'wrapstring')
  const [breakLongWords, breakOnHyphens] = [isTruthy(args[1] ?? true), isTruthy(args[3] ?? true)]
  return splitLines(printValue(value))
    .map(line => wrapText(line, { width, breakLongWords, breakOnHyphens }).join(newline))
    .join(newline)
})

const format: Filter = (value, args, kwargs) => {
  if (args.length > 0 && kwargs.size > 0)
    throw new TemplateError("'format' takes arguments by position or by keyword, not both")
  return formatPercent(printValue(value), kwargs.size > 0 ? new Map(kwargs) : tupleOf(args))
}

// Unlike the method `title`, a word is what stands between spaces, dashes and brackets.
const title = (text: string): string => text.replace(/[^-\s({[<]+/gu, capitalizeText)

const replace = filterWith('old new count', (value, [old, replacement, count]) => {
  if (old === undefined || replacement === undefined)
    throw new TemplateError("'replace' needs the text to replace and its replacement")
  return replaceText(
    printValue(value),
    printValue(old),
    printValue(replacement),
    optional(count, -1, asInteger, 'count'),
  )
})

const trim = filterWith('chars', (value, [chars]) =>
  stripText(printValue(value), optional<string | undefined>(chars, undefined, asText, 'chars')),
)

/** Filters for text. Values of other types are printed first, as Jinja does. */
export const TEXT_FILTERS: Readonly<Record<string, Filter>> = {
  upper: filterWith('', value => printValue(value).toUpperCase()),
  lower: filterWith('', value => printValue(value).toLowerCase()),
  capitalize: filterWith('', value => capitalizeText(printValue(value))),
  title: filterWith('', value => title(printValue(value))),
  trim,
  replace,
  format,
  indent,
  truncate,
  wordwrap,
  center: filterWith('width', (value, [width]) => {
    const size = optional(width, 80, asInteger, 'width')
    checkSize(size, 'the string')
    return center(printValue(value), size)
  }),
  wordcount: filterWith('', value => printValue(value).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
}
