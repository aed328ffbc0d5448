import { TemplateError } from '../../jinja/index.ts'

/** How Python's `re` is asked to match. */
export interface RegexOptions {
  readonly ignoreCase?: boolean
  readonly multiline?: boolean
  readonly dotAll?: boolean
}

const compiled = new Map<string, RegExp>()
const CACHE_SIZE = 2_000

/** A pattern of Python's `re` as JavaScript's, global. What has no counterpart is a TemplateError. */
export const pythonRegex = (pattern: string, options: RegexOptions = {}): RegExp => {
  const { ignoreCase = false, multiline = false, dotAll = false } = options
  const key = JSON.stringify([pattern, ignoreCase, multiline, dotAll])
  const known = compiled.get(key)
  if (known) {
    known.lastIndex = 0
    return known
  }
  const regex = compile(pattern, { ignoreCase, multiline, dotAll })
  if (compiled.size >= CACHE_SIZE) compiled.clear()
  compiled.set(key, regex)
  return regex
}

const INLINE_FLAGS = /^\(\?([aiLmsux]+)\)/

const compile = (pattern: string, given: Required<RegexOptions>): RegExp => {
  const inline = INLINE_FLAGS.exec(pattern)?.[1] ?? ''
  if (inline.includes('x')) throw untranslatable(pattern, 'the flag x')
  const body = inline === '' ? pattern : pattern.replace(INLINE_FLAGS, '')
  const multiline = given.multiline || inline.includes('m')
  let flags = 'gu'
  if (given.ignoreCase || inline.includes('i')) flags += 'i'
  if (multiline) flags += 'm'
  if (given.dotAll || inline.includes('s')) flags += 's'
  try {
    return new RegExp(translate(body, multiline), flags)
  } catch (cause) {
    if (cause instanceof TemplateError) throw cause
    const reason = cause instanceof Error ? cause.message.replace(/^.*: /, '') : String(cause)
    throw new TemplateError(`"${pattern}" is not a regular expression: ${reason}`)
  }
}

const untranslatable = (pattern: string, what: string): TemplateError =>
  new TemplateError(`the regular expression "${pattern}" uses ${what}, which is not supported`)

// One piece of a pattern: an escape, a group's opening, a class, or a single character.
const PIECE =
  /\\[\s\S]|\(\?P<(\w+)>|\(\?P=(\w+)\)|\(\?#[^)]*\)|\(\?\(|\(\?[aiLmsux]+[-)]|[[\]{}$]|[\s\S]/g

const translate = (pattern: string, multiline: boolean): string => {
  // The offset at which the class that is being read began.
  let classStart = -1
  const piecewise = (piece: string, ...rest: (string | number | undefined)[]): string => {
    const [name, reference, offset = 0] = rest as [string?, string?, number?]
    if (classStart >= 0) {
      const isMember = offset - classStart === (pattern.charAt(classStart + 1) === '^' ? 2 : 1)
      if (piece === ']' && !isMember) classStart = -1
      return classPiece(piece, isMember)
    }
    if (name !== undefined) return `(?<${name}>`
    if (reference !== undefined) return `\\k<${reference}>`
    if (piece.startsWith('(?#')) return ''
    if (piece.startsWith('(?(')) throw untranslatable(pattern, 'a conditional group')
    if (/^\(\?[aiLmsux]/.test(piece)) throw untranslatable(pattern, 'flags behind the start')
    if (piece === '[') classStart = offset
    // Python's $ also matches before a last newline.
    if (piece === '$' && !multiline) return '(?=\\n?$(?![\\s\\S]))'
    if (piece === '{' || piece === '}') return quantifier(pattern, piece, offset)
    return piece.startsWith('\\') ? escape(piece) : piece
  }
  return pattern.replace(PIECE, piecewise)
}

// Inside of a class: `[]a]` has the bracket that comes first as a member.
const classPiece = (piece: string, isMember: boolean): string => {
  if (piece === ']') return isMember ? '\\]' : ']'
  if (piece === '\\-') return piece
  if (piece.startsWith('\\')) return escape(piece)
  return Array.from(piece, escapeInClass).join('')
}

const escapeInClass = (character: string): string =>
  /[[{}()|/]/.test(character) ? `\\${character}` : character

// With the flag u a brace that is no quantifier must be escaped.
const quantifier = (pattern: string, brace: string, offset: number): string => {
  const rest = brace === '{' ? pattern.slice(offset) : undefined
  if (rest !== undefined) {
    const match = /^\{(\d*)(,?)(\d*)\}/.exec(rest)
    if (!match || (match[1] === '' && match[3] === '')) return '\\{'
    return match[1] === '' ? '{0' : '{'
  }
  const before = pattern.slice(0, offset)
  return /\{(?:\d+,?\d*|,\d+)$/.test(before) ? '}' : '\\}'
}

const KEPT = /^\\[dDwWsSbBnrtfv0-9xukpP\\^$.*+?()[\]{}|/]$/

const escape = (piece: string): string => {
  if (piece === '\\A') return '(?<![\\s\\S])'
  if (piece === '\\Z') return '(?![\\s\\S])'
  if (piece === '\\a') return '\\x07'
  if (KEPT.test(piece)) return piece
  // With the flag u only what is special may be escaped.
  return piece.slice(1)
}

/** The text that Python's replacement (`\1`, `\g<name>`, `\n`) gives for one match. */
export const expandReplacement = (replacement: string, match: RegExpExecArray): string =>
  replacement.replace(
    /\\(?:(\d{1,2})|g<(\w+)>|([abfnrtv\\]))/g,
    (_, number?: string, name?: string, escaped?: string) => {
      if (escaped !== undefined) return ESCAPES[escaped] ?? escaped
      const group = number ?? name ?? ''
      const found = /^\d+$/.test(group) ? match[Number(group)] : match.groups?.[group]
      if (found === undefined && !hasGroup(match, group))
        throw new TemplateError(`the replacement names the group "${group}", which does not exist`)
      return found ?? ''
    },
  )

const hasGroup = (match: RegExpExecArray, group: string): boolean =>
  /^\d+$/.test(group) ? Number(group) < match.length : group in (match.groups ?? {})

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
}
