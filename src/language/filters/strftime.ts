import { TemplateError } from '../../jinja/index.ts'

/** A time as a clock on the wall shows it, kept as if that were UTC; `zone` says whose wall. */
export interface WallTime {
  readonly at: Date
  /** Microseconds beyond the milliseconds of `at`. */
  readonly micros: number
  readonly zone: 'none' | 'utc' | 'local'
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const DAY = 86_400_000

const pad = (value: number, width = 2, filler = '0'): string =>
  String(value).padStart(width, filler)

const dayOfYear = (at: Date): number =>
  Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0, 1)) / DAY) + 1

// The first Sunday (or Monday) begins week 1; the days before it are week 0.
const weekOfYear = (at: Date, firstDay: 0 | 1): number =>
  Math.floor((dayOfYear(at) + 6 - ((at.getUTCDay() - firstDay + 7) % 7)) / 7)

// ISO 8601: the week that has the year's first Thursday is week 1.
const isoWeek = (at: Date): { year: number; week: number } => {
  const thursday = new Date(at.getTime() + (3 - ((at.getUTCDay() + 6) % 7)) * DAY)
  return { year: thursday.getUTCFullYear(), week: Math.ceil(dayOfYear(thursday) / 7) }
}

const hour12 = (at: Date): number => at.getUTCHours() % 12 || 12
const nameOf = (names: readonly string[], index: number): string => names[index] ?? ''

const offsetOf = ({ at, zone }: WallTime): string => {
  if (zone === 'none') return ''
  const minutes = zone === 'utc' ? 0 : -localInstant(at).getTimezoneOffset()
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}${pad(size % 60)}`
}

const zoneName = ({ at, zone }: WallTime): string => {
  if (zone !== 'local') return zone === 'utc' ? 'UTC' : ''
  const parts = new Intl.DateTimeFormat('en', { timeZoneName: 'short' }).formatToParts(
    localInstant(at),
  )
  return parts.find(part => part.type === 'timeZoneName')?.value ?? ''
}

/** The instant at which the controller's clock shows a wall time. */
const localInstant = (at: Date): Date =>
  new Date(
    at.getUTCFullYear(),
    at.getUTCMonth(),
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
    at.getUTCMilliseconds(),
  )

type Directive = (time: WallTime) => string

const DIRECTIVES: Readonly<Record<string, Directive>> = {
  a: ({ at }) => nameOf(DAYS, at.getUTCDay()).slice(0, 3),
  A: ({ at }) => nameOf(DAYS, at.getUTCDay()),
  b: ({ at }) => nameOf(MONTHS, at.getUTCMonth()).slice(0, 3),
  B: ({ at }) => nameOf(MONTHS, at.getUTCMonth()),
  c: time => strftime(time, '%a %b %e %H:%M:%S %Y'),
  C: ({ at }) => pad(Math.floor(at.getUTCFullYear() / 100)),
  d: ({ at }) => pad(at.getUTCDate()),
  D: time => strftime(time, '%m/%d/%y'),
  e: ({ at }) => pad(at.getUTCDate(), 2, ' '),
  f: ({ at, micros }) => pad(at.getUTCMilliseconds() * 1000 + micros, 6),
  F: time => strftime(time, '%Y-%m-%d'),
  G: ({ at }) => String(isoWeek(at).year),
  h: ({ at }) => nameOf(MONTHS, at.getUTCMonth()).slice(0, 3),
  H: ({ at }) => pad(at.getUTCHours()),
  I: ({ at }) => pad(hour12(at)),
  j: ({ at }) => pad(dayOfYear(at), 3),
  k: ({ at }) => pad(at.getUTCHours(), 2, ' '),
  l: ({ at }) => pad(hour12(at), 2, ' '),
  m: ({ at }) => pad(at.getUTCMonth() + 1),
  M: ({ at }) => pad(at.getUTCMinutes()),
  n: () => '\n',
  p: ({ at }) => (at.getUTCHours() < 12 ? 'AM' : 'PM'),
  R: time => strftime(time, '%H:%M'),
  s: time => String(Math.floor(secondsOf(time))),
  S: ({ at }) => pad(at.getUTCSeconds()),
  t: () => '\t',
  T: time => strftime(time, '%H:%M:%S'),
  u: ({ at }) => String(at.getUTCDay() || 7),
  U: ({ at }) => pad(weekOfYear(at, 0)),
  V: ({ at }) => pad(isoWeek(at).week),
  w: ({ at }) => String(at.getUTCDay()),
  W: ({ at }) => pad(weekOfYear(at, 1)),
  x: time => strftime(time, '%m/%d/%y'),
  X: time => strftime(time, '%H:%M:%S'),
  y: ({ at }) => pad(at.getUTCFullYear() % 100),
  Y: ({ at }) => String(at.getUTCFullYear()),
  z: offsetOf,
  Z: zoneName,
  '%': () => '%',
}

/** Seconds since 1970; a time without a zone is the controller's. */
export const secondsOf = ({ at, micros, zone }: WallTime): number =>
  ((zone === 'utc' ? at : localInstant(at)).getTime() * 1000 + micros) / 1_000_000

/** A time in the format of C's strftime, in the C locale. */
export const strftime = (time: WallTime, format: string): string =>
  format.replace(/%(-?)([A-Za-z%])/g, (written, unpadded: string, letter: string) => {
    const text = DIRECTIVES[letter]?.(time)
    if (text === undefined) throw new TemplateError(`a format of time knows no "${written}"`)
    return unpadded === '' ? text : text.replace(/^[0 ]+(?=\d)/, '')
  })

/** The number of a month from 1, by its name or the first three letters of it. */
export const monthNumber = (name: string): number =>
  MONTHS.findIndex(month => month.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase()) + 1
