import { isAbsolute, join } from 'node:path'
import { existsSync } from 'node:fs'
import { UserError } from '../../core/error.ts'
import { isTruthy, iterate, printValue, Undefined } from '../../jinja/index.ts'
import { expandHome } from '../home.ts'
import type { SearchPath } from '../searchpath.ts'
import { isImpure, type Lookup } from './lookup.ts'

interface Choice {
  readonly files: readonly string[]
  readonly paths: readonly string[]
  readonly mayBeMissing: boolean
}

// The keyword decides in Ansible; here each is tried, in this order.
const SUBDIRECTORIES = ['files', 'templates', 'vars', 'tasks']

/** The first file of a list that exists: names, or dictionaries with `files`, `paths`, `skip`. */
export const firstFound: Lookup = call => {
  isImpure(call)
  const { terms, options, resolver } = call
  const named = options.has('files') ? [options] : []
  const choices = [...terms.flatMap(choicesIn), ...named.map(choiceOf)]
  const { files } = resolver.surroundings
  const tried: string[] = []
  for (const choice of choices)
    for (const candidate of candidatesOf(choice, files)) {
      if (existsSync(candidate)) return [candidate]
      tried.push(candidate)
    }
  const skips = options.has('skip') && isTruthy(options.get('skip'))
  if (skips || choices.some(choice => choice.mayBeMissing)) return []
  throw new UserError('E_FILE_MISSING', 'none of the files of first_found exists', {
    hint: `looked for ${tried.join(', ')}; with skip: true none is needed`,
  })
}

const choicesIn = (term: unknown): readonly Choice[] => {
  if (term instanceof Map) return [choiceOf(term)]
  if (Array.isArray(term)) return term.flatMap(choicesIn)
  return [{ files: [printValue(term)], paths: [], mayBeMissing: false }]
}

const choiceOf = (given: ReadonlyMap<unknown, unknown>): Choice => ({
  files: namesIn(given.get('files')),
  paths: namesIn(given.get('paths')),
  mayBeMissing: given.has('skip') && isTruthy(given.get('skip')),
})

// A text may hold several, divided by commas; a path also by colons.
const namesIn = (value: unknown): readonly string[] => {
  if (value === undefined || value === null || value instanceof Undefined) return []
  if (typeof value === 'string') return value.split(/[,;]/).map(name => name.trim())
  return iterate(value).map(printValue)
}

const candidatesOf = ({ files, paths }: Choice, search: SearchPath): readonly string[] =>
  files.flatMap(file => {
    const expanded = expandHome(file)
    if (isAbsolute(expanded)) return [expanded]
    const names =
      paths.length === 0 ? [expanded] : paths.map(path => join(expandHome(path), expanded))
    return names.flatMap(name =>
      isAbsolute(name)
        ? [name]
        : search.directories.flatMap(directory => [
            ...SUBDIRECTORIES.map(subdirectory => join(directory, subdirectory, name)),
            join(directory, name),
          ]),
    )
  })
