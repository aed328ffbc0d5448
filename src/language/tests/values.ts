import {
  asText,
  contains,
  filterWith,
  isTruthy,
  iterate,
  optional,
  printValue,
  TemplateError,
  type Filter,
} from '../../jinja/index.ts'
import { pythonRegex } from '../filters/pythonregex.ts'
import { isSubset } from '../filters/sets.ts'
import { isVaultText } from '../vault.ts'
import { compareVersions, type VersionType } from './version.ts'

type MatchType = 'match' | 'search' | 'fullmatch'

const ANCHORS: Readonly<Record<MatchType, (pattern: string) => string>> = {
  match: pattern => `\\A(?:${pattern})`,
  search: pattern => pattern,
  fullmatch: pattern => `\\A(?:${pattern})\\Z`,
}

const matches = (
  value: unknown,
  type: string,
  [pattern, ignoreCase, multiline]: readonly unknown[],
): boolean => {
  const anchor = ANCHORS[type as MatchType] as ((pattern: string) => string) | undefined
  if (!anchor)
    throw new TemplateError(`regex knows no match_type "${type}"`, {
      hint: `known are ${Object.keys(ANCHORS).join(', ')}`,
    })
  const source = asText(pattern, 'the regular expression')
  // Flags stand at the start of an expression, so the anchor goes behind them.
  const [flags = ''] = /^\(\?[a-zA-Z]+\)/.exec(source) ?? []
  return pythonRegex(flags + anchor(source.slice(flags.length)), {
    ignoreCase: isOn(ignoreCase),
    multiline: isOn(multiline),
  }).test(printValue(value))
}

const isOn = (value: unknown): boolean => value !== undefined && isTruthy(value)

const matchTest = (type: MatchType): Filter =>
  filterWith('pattern ignorecase multiline', (value, args) => matches(value, type, args))

const regexTest = filterWith(
  'pattern ignorecase multiline match_type',
  (value, [pattern, ignoreCase, multiline, type]) =>
    matches(value, optional(type, 'search', asText, 'match_type'), [
      pattern,
      ignoreCase,
      multiline,
    ]),
)

const OPERATORS: Readonly<Record<string, (order: number) => boolean>> = {
  '==': order => order === 0,
  '!=': order => order !== 0,
  '<': order => order < 0,
  '<=': order => order <= 0,
  '>': order => order > 0,
  '>=': order => order >= 0,
}
const OPERATOR_NAMES: Readonly<Record<string, string>> = {
  '=': '==',
  eq: '==',
  '<>': '!=',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
}

const version = filterWith(
  'version operator strict version_type',
  (value, [other, operator, strict, type]) => {
    const written = optional(operator, '==', asText, 'the operator')
    const holds = OPERATORS[OPERATOR_NAMES[written] ?? written]
    if (!holds)
      throw new TemplateError(`version knows no operator "${written}"`, {
        hint: `known are ${Object.keys(OPERATORS).join(' ')}`,
      })
    const otherwise: VersionType = isOn(strict) ? 'strict' : 'loose'
    const kind = optional(type, otherwise, asText, 'version_type')
    return holds(compareVersions(printValue(value), printValue(other), kind))
  },
)

const truthy = (otherwise: boolean): Filter =>
  filterWith('convert_bool', (value, [convert]) => {
    const isTrue =
      isOn(convert) && typeof value === 'string'
        ? !/^(?:no|off|0|false|f|n|)$/i.test(value)
        : isTruthy(value)
    return isTrue === otherwise
  })

const subset = filterWith('other', (value, [other]) => isSubset(value, other))
const superset = filterWith('other', (value, [other]) => isSubset(other, value))

/** Tests of any value. */
export const VALUE_TESTS: Readonly<Record<string, Filter>> = {
  match: matchTest('match'),
  search: matchTest('search'),
  regex: regexTest,
  version,
  version_compare: version,
  subset,
  issubset: subset,
  superset,
  issuperset: superset,
  contains: filterWith('item', (value, [item]) => contains(value, item)),
  any: filterWith('', value => iterate(value).some(isTruthy)),
  all: filterWith('', value => iterate(value).every(isTruthy)),
  truthy: truthy(true),
  falsy: truthy(false),
  nan: filterWith('', value => Number.isNaN(value)),
  isnan: filterWith('', value => Number.isNaN(value)),
  urn: filterWith('', value => /^urn:[^:]+:.+/i.test(printValue(value))),
  url: filterWith('schemes', (value, [schemes]) => {
    const scheme = /^([A-Za-z][\w+.-]*):\/\/[^/]+/.exec(printValue(value))?.[1]
    if (scheme === undefined) return false
    return schemes === undefined || iterate(schemes).includes(scheme)
  }),
  uri: filterWith('schemes', (value, [schemes]) => {
    const scheme = /^([A-Za-z][\w+.-]*):./.exec(printValue(value))?.[1]
    if (scheme === undefined) return false
    return schemes === undefined || iterate(schemes).includes(scheme)
  }),
  vault_encrypted: filterWith('', value => typeof value === 'string' && isVaultText(value)),
}
