import { existsSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { UserError } from '../core/error.ts'
import { expandHome } from './home.ts'

/** Where a task's files are looked for: its role, the directory of its file, its playbook's. */
export class SearchPath {
  readonly directories: readonly string[]

  constructor(directories: readonly (string | undefined)[]) {
    this.directories = [...new Set(directories.filter(directory => directory !== undefined))]
  }

  /** Every path at which `name` may be, the first to be preferred. */
  candidates(name: string, subdirectory: string): readonly string[] {
    const expanded = expandHome(name)
    if (isAbsolute(expanded)) return [expanded]
    return this.directories.flatMap(directory => [
      resolve(directory, subdirectory, expanded),
      resolve(directory, expanded),
    ])
  }

  /** The first of them that exists. */
  find(name: string, subdirectory: string): string | undefined {
    return this.candidates(name, subdirectory).find(existsSync)
  }

  /** The same, or E_FILE_MISSING with the places that were tried. */
  require(name: string, subdirectory: string): string {
    const found = this.find(name, subdirectory)
    if (found !== undefined) return found
    throw new UserError('E_FILE_MISSING', `there is no file "${name}"`, {
      hint: `looked for ${this.candidates(name, subdirectory).join(', ')}`,
    })
  }

  /** The same search, with a directory before all others. */
  from(directory: string): SearchPath {
    return new SearchPath([directory, join(directory, 'templates'), ...this.directories])
  }
}
