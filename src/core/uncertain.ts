import { UserError } from './error.ts'

/** Thrown when something is read that a dry run cannot know; only the engine catches it. */
export class Uncertain extends Error {
  /** Such as: depends on the output of "roles/app/tasks/main.yml:7:3", which has not run. */
  readonly reason: string

  constructor(reason: string) {
    super(reason)
    this.name = 'Uncertain'
    this.reason = reason
  }
}

/** An object in which the named fields cannot be known: reading one throws Uncertain. */
export const withUncertain = <T extends object>(
  known: T,
  fields: readonly (keyof T)[],
  reason: string,
): T => {
  const get = (): never => {
    throw new Uncertain(reason)
  }
  const isUnknown = (key: string): boolean => fields.includes(key as keyof T)
  const result: Record<string, unknown> = {}
  for (const key of new Set([
    ...Object.getOwnPropertyNames(known),
    ...(fields as readonly string[]),
  ]))
    if (isUnknown(key))
      Object.defineProperty(result, key, { enumerable: true, configurable: true, get })
    else copyField(key, known, result)
  return result as T
}

/** Whether none of the fields can be known, without reading them. */
export const areUncertain = <T extends object>(of: T, fields: readonly (keyof T)[]): boolean =>
  fields.every(field => Object.getOwnPropertyDescriptor(of, field)?.get !== undefined)

/** Why a dry run cannot know something; undefined where it can. */
export const whyUnknown = (read: () => unknown): string | undefined => {
  try {
    read()
    return undefined
  } catch (error) {
    if (error instanceof Uncertain) return error.reason
    throw error
  }
}

/** Whether it holds, of all that a dry run can know; false where it cannot know. */
export const surely = (holds: () => boolean): boolean => whyUnknown(holds) === undefined && holds()

/** What is only shown: undefined where a dry run cannot know it, or where it could not be read. */
export const ifKnown = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch (error) {
    if (error instanceof Uncertain || error instanceof UserError) return undefined
    throw error
  }
}

/** A copy with other values for some fields; the other fields that cannot be known stay so. */
export const withFields = <T extends object>(base: T, fields: Partial<T>): T => {
  const result: Record<string, unknown> = {}
  for (const from of [base, fields])
    for (const key of Object.getOwnPropertyNames(from)) copyField(key, from, result)
  return result as T
}

/** Some fields of an object, which are not read. */
export const fieldsOf = <T extends object, K extends keyof T & string>(
  from: T,
  keys: readonly K[],
): Pick<T, K> => {
  const result: Record<string, unknown> = {}
  for (const key of keys) copyField(key, from, result)
  return result as Pick<T, K>
}

/** As it is: a field that cannot be known is not read. */
const copyField = (key: string, from: object, to: Record<string, unknown>): void => {
  const field = Object.getOwnPropertyDescriptor(from, key)
  if (field === undefined) return
  if (field.get === undefined && Object.getOwnPropertyDescriptor(to, key)?.get === undefined)
    to[key] = field.value
  else Object.defineProperty(to, key, { ...field, configurable: true })
}
