import { spawnSync } from 'node:child_process'
import { UserError } from '../../core/error.ts'
import { printValue, UNDEFINED, Undefined, type Kwargs } from '../../jinja/index.ts'
import { pythonRegex } from '../filters/pythonregex.ts'
import type { Resolver } from '../resolver.ts'
import { isImpure, type Lookup, type LookupCall } from './lookup.ts'

const env: Lookup = ({ terms, options }) =>
  terms.map(term => process.env[printValue(term)] ?? options.get('default') ?? '')

const vars: Lookup = ({ terms, options, resolver }) =>
  terms.map(term => variable(resolver, printValue(term), options))

const variable = (resolver: Resolver, name: string, options: Kwargs): unknown => {
  const value = resolver.lookup(name)
  if (value !== UNDEFINED && !(value instanceof Undefined)) return value
  if (options.has('default')) return options.get('default')
  if (value instanceof Undefined) return value.raise()
  return new Undefined({ path: name, suggest: () => resolver.suggest(name) }).raise()
}

const varnames: Lookup = ({ terms, resolver }) => {
  const names = [...resolver.names()]
  return terms.flatMap(term => {
    const pattern = pythonRegex(printValue(term))
    return names.filter(name => name.search(pattern) !== -1)
  })
}

const run = (call: LookupCall, command: string): string => {
  isImpure(call)
  const { status, stdout, stderr, error } = spawnSync('/bin/sh', ['-c', command], {
    encoding: 'utf8',
    cwd: call.resolver.surroundings.files.directories.at(-1),
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (status === 0) return stdout
  if (error !== undefined)
    throw new UserError('E_PIPE', `the command "${command}" could not be run`, { cause: error })
  const said = stderr.trim().split('\n').at(-1) ?? ''
  const fact = status === null ? 'was killed' : `ended with code ${status}`
  throw new UserError('E_PIPE', `the command "${command}" ${fact}${said === '' ? '' : `: ${said}`}`)
}

/** Lookups that ask the run itself, its environment, or a command on the controller. */
export const RUN_LOOKUPS: Readonly<Record<string, Lookup>> = {
  env,
  vars,
  varnames,
  pipe: call => call.terms.map(term => run(call, printValue(term)).trimEnd()),
  lines: call =>
    call.terms.flatMap(term => {
      const output = run(call, printValue(term)).replace(/\r?\n$/, '')
      return output === '' ? [] : output.split(/\r?\n/)
    }),
}
