import { method, type Method } from './method.ts'

const is = (pattern: RegExp): Method<string> => method('', self => pattern.test(self))

/** Python's `capitalize`. */
export const capitalizeText = (text: string): string => {
  const [first = '', ...rest] = Array.from(text)
  return first.toUpperCase() + rest.join('').toLowerCase()
}

/** Python's `title`: each run of letters. */
const titleText = (text: string): string => text.replace(/\p{L}+/gu, capitalizeText)

const swapCase = (text: string): string =>
  text.replace(/\p{L}/gu, letter =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
  )

/** Whether all letters are capitals, and there is one. */
export const isUpper = (text: string): boolean =>
  text === text.toUpperCase() && text !== text.toLowerCase()

/** Whether all letters are small, and there is one. */
export const isLower = (text: string): boolean =>
  text === text.toLowerCase() && text !== text.toUpperCase()

/** The methods of strings that change or ask for the kind and case of letters. */
export const CASE_METHODS: readonly (readonly [string, Method<string>])[] = [
  ['upper', method('', self => self.toUpperCase())],
  ['lower', method('', self => self.toLowerCase())],
  ['casefold', method('', self => self.replaceAll('ß', 'ss').toLowerCase())],
  ['title', method('', titleText)],
  ['capitalize', method('', capitalizeText)],
  ['swapcase', method('', swapCase)],
  ['isupper', method('', isUpper)],
  ['islower', method('', isLower)],
  ['istitle', method('', self => /\p{L}/u.test(self) && self === titleText(self))],
  ['isdigit', is(/^[\p{Nd}\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]+$/u)],
  ['isnumeric', is(/^\p{N}+$/u)],
  ['isdecimal', is(/^\p{Nd}+$/u)],
  ['isalpha', is(/^\p{L}+$/u)],
  ['isalnum', is(/^[\p{L}\p{N}]+$/u)],
  ['isspace', is(/^\s+$/)],
  ['isascii', is(/^[\x00-\x7f]*$/)],
  ['isidentifier', is(/^[\p{L}_][\p{L}\p{N}_]*$/u)],
]
