import { realpathSync } from 'node:fs'
import { posix } from 'node:path'
import {
  asText,
  filterWith,
  iterate,
  optional,
  printValue,
  type Filter,
} from '../../jinja/index.ts'
import { expandHome } from '../home.ts'
import { globSync } from './glob.ts'
import { impure } from './impure.ts'

const overPath = (change: (path: string) => unknown): Filter =>
  filterWith('', value => change(printValue(value)))

// Python's, unlike Node's, look at the last slash alone: of 'a/' the base name is ''.
const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

const dirname = (path: string): string => {
  const head = path.slice(0, path.lastIndexOf('/') + 1)
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '')
}

const splitext = (path: string): readonly [string, string] => {
  const name = basename(path)
  const dot = name.lastIndexOf('.')
  // Leading dots are part of the name: `.bashrc` has no extension.
  if (dot <= 0 || /^\.+$/.test(name.slice(0, dot))) return [path, '']
  const cut = path.length - name.length + dot
  return [path.slice(0, cut), path.slice(cut)]
}

// An absolute part drops what stands before it.
const joinPaths = (parts: readonly string[]): string =>
  parts.reduce((joined, part) => {
    if (part.startsWith('/') || joined === '') return part
    return joined.endsWith('/') ? joined + part : `${joined}/${part}`
  })

const realpath = (path: string): string => {
  const absolute = posix.resolve(path)
  try {
    return realpathSync(absolute)
  } catch {
    // What does not exist yet is resolved as far as it does.
    return absolute === '/'
      ? '/'
      : posix.join(realpath(posix.dirname(absolute)), basename(absolute))
  }
}

const expandVariables = (path: string): string =>
  path.replace(
    /\$(?:(\w+)|\{([^}]*)\})/g,
    (written, bare?: string, braced?: string) => process.env[bare ?? braced ?? ''] ?? written,
  )

const commonPath = (paths: readonly string[]): string => {
  const [first = [], ...others] = paths.map(path => path.split('/').filter(part => part !== ''))
  const differs = first.findIndex((part, index) => others.some(other => other[index] !== part))
  const common = differs === -1 ? first : first.slice(0, differs)
  return (paths[0]?.startsWith('/') === true ? '/' : '') + common.join('/')
}

/** Filters over paths; those that look at files look at the controller's. */
export const PATH_FILTERS: Readonly<Record<string, Filter>> = {
  basename: overPath(basename),
  dirname: overPath(dirname),
  splitext: overPath(path => [...splitext(path)]),
  expanduser: overPath(expandHome),
  expandvars: overPath(expandVariables),
  normpath: overPath(path => posix.normalize(path).replace(/(.)\/$/, '$1')),
  realpath: overPath(realpath),
  relpath: filterWith(
    'start',
    (value, [start]) =>
      posix.relative(optional(start, '.', asText, 'the start'), printValue(value)) || '.',
  ),
  path_join: filterWith('', value =>
    joinPaths(typeof value === 'string' ? [value] : iterate(value).map(printValue)),
  ),
  commonpath: filterWith('', value => commonPath(iterate(value).map(printValue))),
  fileglob: filterWith('', (value, _args, context) => {
    impure(context, 'fileglob')
    return globSync(printValue(value))
  }),
}
