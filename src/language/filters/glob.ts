import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The regular files of the controller that a pattern such as `/etc/*.conf` names, sorted. */
export const globSync = (pattern: string): readonly string[] => {
  const parts = pattern.split('/')
  const start = pattern.startsWith('/') ? '/' : ''
  const found = parts
    .filter(part => part !== '')
    .reduce<readonly string[]>((paths, part) => paths.flatMap(path => expand(path, part)), [start])
  return found.filter(path => kindOf(path) === 'file').sort()
}

const expand = (directory: string, part: string): readonly string[] => {
  if (!/[*?[]/.test(part)) return [join(directory, part)]
  const matches = globPattern(part)
  return namesIn(directory === '' ? '.' : directory)
    .filter(name => matches.test(name))
    .map(name => join(directory, name))
}

const namesIn = (directory: string): readonly string[] =>
  kindOf(directory) === 'directory' ? readdirSync(directory) : []

const kindOf = (path: string): 'file' | 'directory' | undefined => {
  const found = statSync(path, { throwIfNoEntry: false })
  return found?.isFile() === true ? 'file' : found?.isDirectory() === true ? 'directory' : undefined
}

// As in a shell a leading dot must be written.
const globPattern = (part: string): RegExp => {
  const source = part
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
    .replace(/\[!/g, '[^')
  return new RegExp(`^${part.startsWith('.') ? '' : '(?!\\.)'}${source}$`, 's')
}
