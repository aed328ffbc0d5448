import { asText, Callable, optional, TemplateObject, UNDEFINED } from '../../jinja/index.ts'
import { secondsOf, strftime, type WallTime } from './strftime.ts'

const SECOND = 1000
const DAY_SECONDS = 86_400

/** A time that templates can format, take apart and subtract, as Python's `datetime`. */
export class DateTime extends TemplateObject {
  override readonly typeName = 'datetime'
  readonly time: WallTime

  constructor(time: WallTime) {
    super()
    this.time = time
  }

  override attribute(name: string): unknown {
    const { at, micros } = this.time
    switch (name) {
      case 'year':
        return at.getUTCFullYear()
      case 'month':
        return at.getUTCMonth() + 1
      case 'day':
        return at.getUTCDate()
      case 'hour':
        return at.getUTCHours()
      case 'minute':
        return at.getUTCMinutes()
      case 'second':
        return at.getUTCSeconds()
      case 'microsecond':
        return at.getUTCMilliseconds() * 1000 + micros
      default:
        return this.#method(name)
    }
  }

  #method(name: string): unknown {
    const { at } = this.time
    switch (name) {
      case 'strftime':
        return new Callable(name, ([format]) => strftime(this.time, asText(format, 'the format')))
      case 'timestamp':
        return new Callable(name, () => secondsOf(this.time))
      case 'isoformat':
        return new Callable(name, ([separator]) =>
          this.#iso(optional(separator, 'T', asText, 'the separator')),
        )
      case 'weekday':
        return new Callable(name, () => (at.getUTCDay() + 6) % 7)
      case 'isoweekday':
        return new Callable(name, () => at.getUTCDay() || 7)
      case 'date':
        return new Callable(name, () => strftime(this.time, '%Y-%m-%d'))
      default:
        return UNDEFINED
    }
  }

  override print(): string {
    return this.#iso(' ')
  }

  override minus(other: unknown): unknown {
    if (!(other instanceof DateTime)) return undefined
    return new Duration((this.time.at.getTime() - other.time.at.getTime()) / SECOND)
  }

  #iso(separator: string): string {
    const fraction = strftime(this.time, '%f')
    const clock = strftime(this.time, `%Y-%m-%d${separator}%H:%M:%S`)
    return fraction === '000000' ? clock : `${clock}.${fraction}`
  }
}

/** What is between two times, as Python's `timedelta`. */
class Duration extends TemplateObject {
  override readonly typeName = 'timedelta'
  readonly #seconds: number

  constructor(seconds: number) {
    super()
    this.#seconds = seconds
  }

  override attribute(name: string): unknown {
    const days = Math.floor(this.#seconds / DAY_SECONDS)
    switch (name) {
      case 'days':
        return days
      case 'seconds':
        return Math.floor(this.#seconds - days * DAY_SECONDS)
      case 'total_seconds':
        return new Callable(name, () => this.#seconds)
      default:
        return UNDEFINED
    }
  }

  override print(): string {
    const days = Math.floor(this.#seconds / DAY_SECONDS)
    const rest = this.#seconds - days * DAY_SECONDS
    const pad = (value: number): string => String(Math.floor(value)).padStart(2, '0')
    const clock = `${Math.floor(rest / 3600)}:${pad((rest / 60) % 60)}:${pad(rest % 60)}`
    return days === 0 ? clock : `${days} day${Math.abs(days) === 1 ? '' : 's'}, ${clock}`
  }
}
