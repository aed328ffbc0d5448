import { TemplateError } from '../error.ts'

/** Python's `split`: by runs of white space without a separator; `limit` < 0 splits all. */
export const splitText = (text: string, separator: string | undefined, limit: number): string[] => {
  if (separator === undefined) return splitWords(text, limit)
  const parts = splitBy(text, separator)
  if (limit < 0 || parts.length <= limit + 1) return parts
  return [...parts.slice(0, limit), parts.slice(limit).join(separator)]
}

/** Python's `rsplit`: the limit counts from the end. */
export const splitTextFromEnd = (
  text: string,
  separator: string | undefined,
  limit: number,
): string[] => {
  if (separator === undefined) {
    const backwards = splitWords(reverseText(text), limit)
    return backwards.map(reverseText).reverse()
  }
  const parts = splitBy(text, separator)
  if (limit < 0 || parts.length <= limit + 1) return parts
  const kept = parts.length - limit
  return [parts.slice(0, kept).join(separator), ...parts.slice(kept)]
}

/** Python's `splitlines`. */
export const splitLines = (text: string, keepEnds = false): string[] => {
  const lines =
    text.match(
      /[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|$)/g,
    ) ?? []
  const whole = lines.at(-1) === '' ? lines.slice(0, -1) : [...lines]
  return keepEnds
    ? whole
    : whole.map(line => line.replace(/(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])$/, ''))
}

const splitBy = (text: string, separator: string): string[] => {
  if (separator === '') throw new TemplateError('the separator is empty')
  return text.split(separator)
}

const splitWords = (text: string, limit: number): string[] => {
  const words: string[] = []
  let rest = text.trimStart()
  while (rest !== '') {
    if (limit >= 0 && words.length >= limit) return [...words, rest.trimEnd()]
    const end = rest.search(/\s/)
    words.push(end < 0 ? rest : rest.slice(0, end))
    rest = end < 0 ? '' : rest.slice(end).trimStart()
  }
  return words
}

const reverseText = (text: string): string => Array.from(text).reverse().join('')
