import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'

/** Whether there is a file (not a directory) of this name; links are followed. */
export const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

/** Whether there is a directory of this name; links are followed. */
export const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/** The first of the paths that is a file. */
export const firstFile = (paths: readonly string[]): string | undefined => paths.find(isFile)

const ENDINGS = ['', '.yml', '.yaml', '.json']

/** The file of a name that may lack its ending, as in `tasks_from: install`. */
export const yamlFile = (path: string): string | undefined =>
  firstFile(ENDINGS.map(ending => `${path}${ending}`))

/** The YAML files in a directory and below it, sorted by path. */
export const yamlFilesIn = (directory: string): readonly string[] =>
  readdirSync(directory, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => {
      const path = join(directory, entry.name)
      if (isDirectory(path)) return yamlFilesIn(path)
      return ENDINGS.slice(1).includes(extname(entry.name)) ? [path] : []
    })

/** Names of what stands beside a path, without endings, for "did you mean". */
export const namesBeside = (path: string): readonly string[] =>
  isDirectory(dirname(path))
    ? readdirSync(dirname(path)).map(name => basename(name, extname(name)))
    : []
