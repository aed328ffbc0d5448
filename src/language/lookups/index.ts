import { UserError } from '../../core/error.ts'
import { didYouMean } from '../../core/nearest.ts'
import {
  asText,
  isTruthy,
  optional,
  printValue,
  TemplateError,
  Trap,
  Undefined,
  type Args,
  type GlobalFunction,
} from '../../jinja/index.ts'
import { resolverOf } from '../filters/impure.ts'
import { now } from '../filters/times.ts'
import { FILE_LOOKUPS } from './files.ts'
import { LIST_LOOKUPS } from './lists.ts'
import type { Lookup } from './lookup.ts'
import { passwordLookup } from './password.ts'
import { RUN_LOOKUPS } from './run.ts'
import { sequence } from './sequence.ts'
import { TABLE_LOOKUPS } from './tables.ts'

const LOOKUPS: Readonly<Record<string, Lookup>> = {
  ...FILE_LOOKUPS,
  ...LIST_LOOKUPS,
  ...RUN_LOOKUPS,
  ...TABLE_LOOKUPS,
  sequence,
  password: passwordLookup,
}

/** The names of all lookups, without the name of a collection. */
export const LOOKUP_NAMES: readonly string[] = Object.keys(LOOKUPS)

const COLLECTION = /^(?:ansible|community)\.\w+\./
// Those whose answer no file's content tells.
const FROM_ELSEWHERE = ['env', 'pipe', 'lines', 'fileglob', 'first_found']
// What every lookup takes.
const COMMON = ['wantlist', 'errors']

const findLookup = (given: string): { name: string; lookup: Lookup } => {
  const name = given.replace(COLLECTION, '')
  const lookup = Object.hasOwn(LOOKUPS, name) ? LOOKUPS[name] : undefined
  if (lookup) return { name, lookup }
  throw new TemplateError(`the lookup '${given}' is not known`, {
    hint: didYouMean(name, LOOKUP_NAMES),
  })
}

const query: GlobalFunction = ([given, ...terms], kwargs, context) => {
  const { name, lookup } = findLookup(asText(given, 'the name of a lookup'))
  const options = new Map([...kwargs].filter(([option]) => !COMMON.includes(option)))
  const resolver = resolverOf(context)
  try {
    const answers = lookup({ name, terms, options, resolver, context })
    if (FROM_ELSEWHERE.includes(name))
      resolver.surroundings.inputs?.value(`lookup ${name}: ${named(terms)}`, answers.map(known))
    return answers
  } catch (error) {
    const errors = optional(kwargs.get('errors'), 'strict', asText, 'errors')
    const isUsers = error instanceof UserError || error instanceof TemplateError
    if (isUsers && errors !== 'strict') return undefined
    throw error
  }
}

const named = (terms: Args): string => terms.map(printValue).join(', ')

/** What a dry run cannot know yet, it cannot compare either. */
const known = (answer: unknown): unknown => (answer instanceof Trap ? '(not known yet)' : answer)

// One text from all answers, or the only answer as it is; a list with `wantlist`.
const lookupFunction: GlobalFunction = (args, kwargs, context) => {
  const answers = query(args, kwargs, context) as readonly unknown[] | undefined
  if (kwargs.has('wantlist') && isTruthy(kwargs.get('wantlist'))) return answers ?? []
  if (answers === undefined) return null
  if (answers.every(answer => typeof answer === 'string')) return answers.join(',')
  return answers.length === 1 ? answers[0] : answers
}

const queryFunction: GlobalFunction = (args, kwargs, context) => query(args, kwargs, context) ?? []

const undef: GlobalFunction = (args, kwargs) => {
  const hint = optional(args[0] ?? kwargs.get('hint'), 'it must be set', asText, 'the hint')
  return new Undefined({ path: 'undef()', fact: `the variable is undefined: ${hint}` })
}

/** The functions that Ansible adds to Jinja's own. */
export const FUNCTIONS: Readonly<Record<string, GlobalFunction>> = {
  lookup: lookupFunction,
  query: queryFunction,
  q: queryFunction,
  now,
  undef,
}
