import { TemplateError } from '../error.ts'
import { getPath } from '../runtime/access.ts'
import { asText, bindArguments } from '../runtime/arguments.ts'
import { isTruthy } from '../runtime/compare.ts'
import type { Filter } from '../runtime/filter.ts'
import { iterate } from '../runtime/iterate.ts'
import { unmark } from '../runtime/values.ts'
import { readBy } from './sorting.ts'

/** `map(attribute=…)` reads from each item, `map('filter', …)` applies a filter to it. */
const map: Filter = (value, args, kwargs, context) => {
  const items = iterate(value)
  if (args.length === 0 && kwargs.has('attribute')) {
    const [attribute, fallback] = bindArguments("'map'", ['attribute', 'default'], [], kwargs)
    return items.map(readBy(attribute, fallback))
  }
  if (args.length === 0)
    throw new TemplateError("'map' needs the name of a filter, or an attribute")
  const [name, ...rest] = args
  const filter = asText(name, "the filter for 'map'")
  return items.map(item => unmark(context.filter(filter, item, rest, kwargs)))
}

/** Keeps the items (or those with an attribute) that pass a test, or that are true without one. */
const selection =
  (keep: boolean, byAttribute: boolean): Filter =>
  (value, args, kwargs, context) => {
    const [attribute, ...afterAttribute] = args
    if (byAttribute && attribute === undefined)
      throw new TemplateError('the name of an attribute is missing')
    const [name, ...rest] = byAttribute ? afterAttribute : args
    const test = name === undefined ? undefined : asText(name, 'the name of the test')
    return iterate(value).filter(item => {
      const subject = byAttribute ? getPath(item, attribute) : item
      const passes =
        test === undefined ? isTruthy(subject) : context.test(test, subject, rest, kwargs)
      return passes === keep
    })
  }

/** Filters that apply other filters and tests to each item. */
export const SELECT_FILTERS: Readonly<Record<string, Filter>> = {
  map,
  select: selection(true, false),
  reject: selection(false, false),
  selectattr: selection(true, true),
  rejectattr: selection(false, true),
}
