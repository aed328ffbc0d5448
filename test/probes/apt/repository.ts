import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A package to be built: its control fields, and what it holds by path. */
export interface Built {
  readonly name: string
  readonly version: string
  readonly fields?: string
  /** Texts of files by path; a link's begins with `-> `, a directory's path ends with a slash. */
  readonly files: Readonly<Record<string, string>>
  readonly modes?: Readonly<Record<string, number>>
  /** Control files such as `postinst`. */
  readonly control?: Readonly<Record<string, string>>
}

/** Whether this machine can build packages and has apt. */
export const CAN_BUILD = ['dpkg-deb', 'dpkg-scanpackages', 'apt-get'].every(name =>
  existsSync(`/usr/bin/${name}`),
)

/** An archive of packages on this machine's own disk, and apt told of it alone. */
export class Repository {
  readonly root = mkdtempSync(join(tmpdir(), 'repository-'))

  constructor() {
    chmodSync(this.root, 0o755)
    mkdirSync(this.at('pool'))
  }

  at(...names: readonly string[]): string {
    return join(this.root, ...names)
  }

  /** Builds a package and gives its file. */
  add(built: Built): string {
    const tree = this.at('tree')
    rmSync(tree, { recursive: true, force: true })
    for (const [name, text] of Object.entries(built.files)) place(join(tree, name), text)
    for (const [name, mode] of Object.entries(built.modes ?? {})) chmodSync(join(tree, name), mode)
    const fields = `Package: ${built.name}\nVersion: ${built.version}\nArchitecture: all\nMaintainer: Nobody <nobody@foobar.com>\nDescription: for a test\n${built.fields ?? ''}`
    place(join(tree, 'DEBIAN/control'), fields)
    for (const [name, text] of Object.entries(built.control ?? {})) {
      place(join(tree, 'DEBIAN', name), text)
      chmodSync(join(tree, 'DEBIAN', name), text.startsWith('#!') ? 0o755 : 0o644)
    }
    const file = this.at('pool', `${built.name}_${built.version.replace(':', '%3a')}_all.deb`)
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '--build', tree, file])
    return file
  }

  /** Lists what was built. */
  publish(): void {
    const packages = execFileSync('dpkg-scanpackages', ['--multiversion', 'pool'], {
      cwd: this.root,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    writeFileSync(this.at('Packages'), packages)
    writeFileSync(this.at('sources.list'), `deb [trusted=yes] file:${this.root} ./\n`)
    writeFileSync(
      this.at('apt.conf'),
      `Dir::Etc::sourcelist "${this.at('sources.list')}";\nDir::Etc::sourceparts "-";\n`,
    )
  }

  get environment(): Readonly<Record<string, string>> {
    return { APT_CONFIG: this.at('apt.conf') }
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

const place = (at: string, text: string): void => {
  mkdirSync(at.endsWith('/') ? at : dirname(at), { recursive: true })
  if (at.endsWith('/')) return
  if (text.startsWith('-> ')) symlinkSync(text.slice(3), at)
  else writeFileSync(at, text)
}
