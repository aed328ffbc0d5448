import type { YAMLError } from 'yaml'
import { UserError, type Position } from '../../core/error.ts'

/** A syntax error of the YAML parser as one of ours, with the usual way out. */
export const yamlError = (error: YAMLError, source: string, at: Position): UserError => {
  const line = source.split('\n')[at.line - 1] ?? ''
  const reason =
    error.code === 'MULTIPLE_DOCS'
      ? 'the file holds more than one document'
      : (error.message.split('\n')[0] ?? error.message)
  return new UserError('E_YAML', `this is not valid YAML: ${lowerFirst(reason)}`, {
    at,
    hint: hintFor(error, line),
    cause: error,
  })
}

const lowerFirst = (text: string): string => {
  const sentence = text.replace(/ at line \d+, column \d+:?$/, '')
  return sentence.charAt(0).toLowerCase() + sentence.slice(1)
}

const hintFor = (error: YAMLError, line: string): string | undefined => {
  if (error.code === 'MULTIPLE_DOCS')
    return 'one document per file: remove the second "---" or move what follows to its own file'
  if (error.code === 'TAB_AS_INDENT' || /^\s*\t/.test(line))
    return 'indent with spaces: YAML does not allow tabs'
  if (/(?:^\s*-|:)\s+\{\{/.test(line)) return QUOTE_TEMPLATE
  if (/(?:^\s*-|:)\s+[@`%]/.test(line))
    return 'put the value in quotes: a value cannot begin with this character'
  if (error.code === 'MISSING_CHAR' && error.message.includes('quote'))
    return 'close the quote that opens on this line or above it'
  if (hasOddQuotes(line))
    return 'close the quote, or put the whole value in the other kind of quotes'
  if (/:\s+[^'"#|>]*:\s/.test(line)) return 'put the value in quotes: it holds ": "'
  if (/^\s*(?:- )?[\w.]+:[^\s/:]/.test(line)) return 'put a space after the colon'
  if (INDENTATION.has(error.code) || error.message.includes('without - indicator'))
    return 'check the indentation of this line and of the one above it'
  return undefined
}

/** The way out for a value that begins with `{{` and has no quotes around it. */
export const QUOTE_TEMPLATE =
  'put quotes around the whole value, as in "{{ name }}": without them "{" opens a dictionary'

const INDENTATION = new Set<string>(['BAD_INDENT', 'BLOCK_AS_IMPLICIT_KEY', 'UNEXPECTED_TOKEN'])

const hasOddQuotes = (line: string): boolean => {
  const count = (quote: string): number => line.split(quote).length - 1
  return count('"') % 2 === 1 || (count("'") % 2 === 1 && /:\s+'/.test(line))
}
