import {
  filterWith,
  isTruthy,
  TemplateError,
  Trap,
  typeName,
  type Filter,
} from '../../jinja/index.ts'

// Reading an attribute of a result springs the trap of one that a dry run cannot know.
const flag = (result: unknown, name: string): boolean => {
  if (!(result instanceof Map))
    throw new TemplateError(`a registered result is needed, not a '${typeName(result)}'`)
  const value: unknown = result.get(name)
  if (value instanceof Trap) return value.spring()
  return value !== undefined && isTruthy(value)
}

const failed = (result: unknown): boolean => flag(result, 'failed')
const unreachable = (result: unknown): boolean => flag(result, 'unreachable')

// A result of a loop has changed, or was skipped, as its items say.
const anyItem = (result: unknown, name: string): boolean => {
  const items = result instanceof Map ? (result.get('results') as unknown) : undefined
  return Array.isArray(items) && items.some(item => item instanceof Map && flag(item, name))
}

const changed = (result: unknown): boolean => {
  const isKnown = result instanceof Map && result.has('changed')
  return isKnown ? flag(result, 'changed') : anyItem(result, 'changed')
}

const test = (holds: (result: unknown) => boolean): Filter => filterWith('', holds)
const failure = test(failed)
const success = test(result => !failed(result))
const change = test(changed)
const skip = test(result => flag(result, 'skipped'))

/** Tests of registered results. */
export const RESULT_TESTS: Readonly<Record<string, Filter>> = {
  failed: failure,
  failure,
  success,
  succeeded: success,
  successful: success,
  changed: change,
  change,
  skipped: skip,
  skip,
  unreachable: test(unreachable),
  reachable: test(result => !unreachable(result)),
  started: test(result => flag(result, 'started')),
  finished: test(result => flag(result, 'finished')),
  timedout: test(result => flag(result, 'timedout')),
}
