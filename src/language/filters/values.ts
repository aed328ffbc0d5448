import {
  asNumber,
  asText,
  filterWith,
  isTruthy,
  optional,
  printValue,
  typeName,
  Undefined,
  UndefinedError,
  type Filter,
} from '../../jinja/index.ts'

/** What Ansible takes for true; everything else is false, without a word. */
const toBoolean = (value: unknown): boolean | null => {
  if (value === null || typeof value === 'boolean') return value
  return ['yes', 'on', '1', 'true', 't', 'y'].includes(printValue(value).toLowerCase())
}

const ternary = filterWith('true_val false_val none_val', (value, [yes, no, none]) => {
  if (value === null && none !== undefined && none !== null) return none
  return isTruthy(value) ? yes : no
})

const mandatory = filterWith(
  'msg',
  (value, [message]) => {
    if (!(value instanceof Undefined)) return value
    if (message === undefined || message === null) return value.raise()
    throw new UndefinedError(value.name, asText(message, 'the message'))
  },
  { acceptsUndefined: true },
)

const typeDebug = filterWith('', value => typeName(value), { acceptsUndefined: true })

const log = filterWith('base', (value, [base]) => {
  const by = optional(base, Math.E, asNumber, 'the base')
  const number = asNumber(value, 'what log takes')
  return by === 10 ? Math.log10(number) : Math.log(number) / Math.log(by)
})

const root = filterWith('base', (value, [base]) => {
  const by = optional(base, 2, asNumber, 'the base')
  const number = asNumber(value, 'what root takes')
  return by === 2 ? Math.sqrt(number) : number ** (1 / by)
})

const pow = filterWith(
  'power',
  (value, [power]) => asNumber(value, 'what pow takes') ** asNumber(power, 'the power'),
)

/** Filters over any value. */
export const VALUE_FILTERS: Readonly<Record<string, Filter>> = {
  bool: filterWith('', toBoolean),
  ternary,
  mandatory,
  type_debug: typeDebug,
  log,
  root,
  pow,
}
