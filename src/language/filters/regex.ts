import {
  asInteger,
  asText,
  filterWith,
  isTruthy,
  optional,
  printValue,
  TemplateError,
  type Filter,
} from '../../jinja/index.ts'
import { expandReplacement, pythonRegex } from './pythonregex.ts'

const matcher = (pattern: unknown, ignoreCase: unknown, multiline: unknown): RegExp =>
  pythonRegex(asText(pattern, 'the regular expression'), {
    ignoreCase: isOn(ignoreCase),
    multiline: isOn(multiline),
  })

const isOn = (value: unknown): boolean => value !== undefined && isTruthy(value)

const regexReplace = filterWith(
  'pattern replacement ignorecase multiline count mandatory_count',
  (value, [pattern, replacement, ignoreCase, multiline, count, mandatory]) => {
    const regex = matcher(optional(pattern, '', asText, 'the pattern'), ignoreCase, multiline)
    const text = optional(replacement, '', asText, 'the replacement')
    const limit = optional(count, 0, asInteger, 'the count') || Infinity
    let made = 0
    const result = replaceMatches(printValue(value), regex, match => {
      if (made >= limit) return match[0]
      made += 1
      return expandReplacement(text, match)
    })
    const needed = optional(mandatory, 0, asInteger, 'mandatory_count')
    if (needed > 0 && made !== needed)
      throw new TemplateError(
        `'${regex.source}' should match ${needed} times, and did ${made} times`,
      )
    return result
  },
)

const replaceMatches = (
  text: string,
  regex: RegExp,
  replace: (match: RegExpExecArray) => string,
): string => {
  let result = ''
  let end = 0
  for (const match of text.matchAll(regex)) {
    result += text.slice(end, match.index) + replace(match)
    end = match.index + match[0].length
  }
  return result + text.slice(end)
}

const regexSearch: Filter = (value, args, kwargs) => {
  const [pattern, ...groups] = args
  const match = matcher(pattern, kwargs.get('ignorecase'), kwargs.get('multiline')).exec(
    printValue(value),
  )
  if (!match) return null
  return groups.length === 0 ? match[0] : groups.map(group => groupOf(match, group))
}

const groupOf = (match: RegExpExecArray, wanted: unknown): string | null => {
  const [, number, name] = /^\\(?:(\d+)|g<(\S+)>)$/.exec(asText(wanted, 'a group')) ?? []
  if (number === undefined && name === undefined)
    throw new TemplateError(`"${String(wanted)}" names no group`, {
      hint: "write '\\\\1' or '\\\\g<name>'",
    })
  const found = number !== undefined ? match[Number(number)] : match.groups?.[name ?? '']
  return found ?? null
}

// As in Python: the whole match without groups, the group with one, a list of them with several.
const regexFindall = filterWith('regex multiline ignorecase', (value, args) => {
  const [pattern, multiline, ignoreCase] = args
  return Array.from(printValue(value).matchAll(matcher(pattern, ignoreCase, multiline)), match => {
    const groups = match.slice(1).map(group => (group as string | undefined) ?? '')
    return groups.length === 0 ? match[0] : groups.length === 1 ? groups[0] : groups
  })
})

const regexEscape = filterWith('re_type', (value, [type]) => {
  const kind = optional(type, 'python', asText, 're_type')
  const text = printValue(value)
  if (kind === 'python') return text.replace(/[\s#$&()*+\-.?[\\\]^{|}~]/g, '\\$&')
  if (kind === 'posix_basic') return text.replace(/[[\]\\.^$*]/g, '\\$&')
  throw new TemplateError(`regex_escape knows no re_type "${kind}"`, {
    hint: 'known are python and posix_basic',
  })
})

/** Filters over regular expressions, in Python's spelling. */
export const REGEX_FILTERS: Readonly<Record<string, Filter>> = {
  regex_replace: regexReplace,
  regex_search: regexSearch,
  regex_findall: regexFindall,
  regex_escape: regexEscape,
}
