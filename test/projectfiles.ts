import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Files of a small project by path: playbook, roles, templates, inventory. */
export type Files = Readonly<Record<string, string>>

/** A small project in a temporary directory of its own, which is removed after the tests of the file. */
export class ProjectFiles {
  readonly directory: string

  constructor(name: string) {
    this.directory = mkdtempSync(join(tmpdir(), `provision-${name}-`))
    made.push(this.directory)
  }

  path(...names: string[]): string {
    return join(this.directory, ...names)
  }

  /** `DIR` in a file stands for the project's directory, the only place that tests write to. */
  write(files: Files): void {
    for (const [name, text] of Object.entries(files)) {
      const file = this.path(name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text.replaceAll('DIR', this.directory))
    }
  }

  /**
   * A home directory, and a PATH on which nobody is root, as far as our scripts can see: what they
   * keep goes to that directory.
   */
  home(path: string | undefined): { readonly HOME: string; readonly PATH: string } {
    this.write({ 'bin/id': ID, 'home/.keep': '' })
    chmodSync(this.path('bin/id'), 0o755)
    return { HOME: this.path('home'), PATH: `${this.path('bin')}:${path ?? ''}` }
  }
}

const made: string[] = []
afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true })
})

const ID = `#!/bin/sh
[ "$*" != -u ] || { echo 1000; exit; }
PATH=/usr/bin:/bin exec id "$@"
`
