import { resolvePlain } from '../load/scalar.ts'

/** How a text can be written in YAML. */
export interface ScalarForms {
  readonly plainInBlock: boolean
  readonly plainInFlow: boolean
  readonly single: boolean
  readonly multiline: boolean
}

// Types that PyYAML knows besides those that the loader here does.
const TIMESTAMP =
  /^\d{4}-(?:\d\d-\d\d|\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/
const SPECIAL = /[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/
const FIRST_INDICATOR = /^(?:[#,[\]{}&*!|>'"%@`]|---|\.\.\.|[-?:](?:\s|$))/
const LATER_INDICATOR = /:(?:\s|$)|\s#/

/** Which forms give the same text back, by the rules of YAML 1.1 and PyYAML's caution. */
export const scalarForms = (text: string): ScalarForms => {
  const multiline = /[\n\x85\u2028\u2029]/.test(text)
  const special = SPECIAL.test(text) || / \n/.test(text)
  const padded = /^[ \n]|[ \n]$/.test(text)
  const isOther = text === '=' || text === '<<' || TIMESTAMP.test(text)
  const isText = resolvePlain(text) === text && !isOther
  const canBePlain = text !== '' && isText && !multiline && !special && !padded
  const plainInBlock = canBePlain && !FIRST_INDICATOR.test(text) && !LATER_INDICATOR.test(text)
  return {
    plainInBlock,
    plainInFlow: plainInBlock && !/^[?:-](?=[\s,[\]{}])|^[?:]|[,?[\]{}:]/.test(text),
    single: !special && !/\n /.test(text),
    multiline,
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
}

/** A character as it stands in double quotes. */
export const doubleQuoted = (character: string): string => {
  const short = ESCAPES[character]
  if (short !== undefined && character !== '\xa0') return `\\${short}`
  if (!SPECIAL.test(character)) return character
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16).toUpperCase()
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
