import {
  asNumber,
  asText,
  bindArguments,
  filterWith,
  isTruthy,
  optional,
  printValue,
  type Context,
  type Filter,
  type GlobalFunction,
} from '../../jinja/index.ts'
import { DateTime } from './datetime.ts'
import { impure, resolverOf } from './impure.ts'
import { strftime, type WallTime } from './strftime.ts'
import { strptime } from './strptime.ts'

const wallTime = (instant: Date, isUtc: boolean): WallTime => {
  const shift = isUtc ? 0 : instant.getTimezoneOffset() * 60_000
  return { at: new Date(instant.getTime() - shift), micros: 0, zone: isUtc ? 'utc' : 'local' }
}

// The run's start: every task of a run is told the same time.
const runStart = (context: Context, name: string): Date => {
  impure(context, name)
  return resolverOf(context).surroundings.now
}

/** `now(utc=false, fmt=none)`. */
export const now: GlobalFunction = (args, kwargs, context) => {
  const [utc, format] = bindArguments('now', ['utc', 'fmt'], args, kwargs)
  const time = wallTime(runStart(context, 'now'), utc !== undefined && isTruthy(utc))
  if (format === undefined || format === null) return new DateTime({ ...time, zone: 'none' })
  return strftime(time, asText(format, 'the format'))
}

/** Filters over times. */
export const TIME_FILTERS: Readonly<Record<string, Filter>> = {
  strftime: filterWith('second utc', (value, [second, utc], context) => {
    const isUtc = utc !== undefined && isTruthy(utc)
    const seconds = optional(
      typeof second === 'string' ? Number(second) : second,
      undefined,
      (given, what) => asNumber(given, what),
      'the seconds',
    )
    const instant = seconds === undefined ? runStart(context, 'strftime') : new Date(seconds * 1000)
    return strftime(wallTime(instant, isUtc), asText(value, 'the format'))
  }),
  to_datetime: filterWith('format', (value, [format]) =>
    value instanceof DateTime
      ? value
      : new DateTime(
          strptime(printValue(value), optional(format, '%Y-%m-%d %H:%M:%S', asText, 'the format')),
        ),
  ),
}
