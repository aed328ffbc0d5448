import { TemplateError } from '../error.ts'
import { Undefined } from './undefined.ts'
import { characters, demand, isText, Tuple, tupleOf, typeName, unmark } from './values.ts'

/** `object[start:stop:step]`. */
export const getSlice = (object: unknown, bounds: readonly unknown[]): unknown => {
  const value = unmark(object)
  if (value instanceof Undefined) return value
  if (!isText(value) && !Array.isArray(value))
    throw new TemplateError(`a value of type '${typeName(value)}' cannot be sliced`)
  const items: readonly unknown[] | string =
    typeof value === 'string' ? characters(value) : (value as unknown[])
  const [start, stop, step] = bounds.map(asBound)
  const picked = sliceIndices(items.length, start, stop, step ?? 1).map(index => items[index])
  if (typeof value === 'string') return picked.join('')
  return value instanceof Tuple ? tupleOf(picked) : picked
}

const asBound = (value: unknown): number | undefined => {
  const bound = demand(value) ?? undefined
  if (bound === undefined || (typeof bound === 'number' && Number.isInteger(bound))) return bound
  throw new TemplateError(`a slice needs integers, not '${typeName(bound)}'`)
}

const sliceIndices = (
  length: number,
  start: number | undefined,
  stop: number | undefined,
  step: number,
): number[] => {
  if (step === 0) throw new TemplateError('the step of a slice cannot be zero')
  // A negative step runs from the last item down to before the first.
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1]
  const clamp = (bound: number): number =>
    Math.min(Math.max(bound < 0 ? bound + length : bound, low), high)
  const from = start === undefined ? (step > 0 ? low : high) : clamp(start)
  const to = stop === undefined ? (step > 0 ? high : low) : clamp(stop)
  const indices: number[] = []
  for (let index = from; step > 0 ? index < to : index > to; index += step) indices.push(index)
  return indices
}
