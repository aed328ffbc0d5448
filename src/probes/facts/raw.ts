import type { Output } from '../../core/wire.ts'

/** What the facts script sent: named values, and the text files that it read. */
export class RawFacts {
  readonly #values: ReadonlyMap<string, string>
  readonly #files: ReadonlyMap<string, readonly string[]>

  constructor(values: ReadonlyMap<string, string>, files: ReadonlyMap<string, readonly string[]>) {
    this.#values = values
    this.#files = files
  }

  /** One value that the script printed; empty when it printed none. */
  value(name: string): string {
    return this.#values.get(name) ?? ''
  }

  /** Whether a test of the script came out true. */
  is(name: string): boolean {
    return this.value(name) === '1'
  }

  /** A file's lines; none when it cannot be read. */
  lines(path: string): readonly string[] {
    return this.#files.get(path) ?? []
  }

  /** A file's first line, trimmed. */
  line(path: string): string {
    return this.lines(path)[0]?.trim() ?? ''
  }

  /** The files that were read whose path begins so. */
  paths(prefix: string): readonly string[] {
    return [...this.#files.keys()].filter(path => path.startsWith(prefix))
  }

  /** The values whose name begins so, without that beginning. */
  named(prefix: string): readonly (readonly [string, string])[] {
    return [...this.#values]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value] as const)
  }
}

/** The name after which `grep` takes over and prints `path:line` until the end. */
export const FILES = 'files'

/** Names and values end with NUL each; where a name is `files`, lines of files follow to the end. */
export const readRawFacts = ({ stdout }: Output): RawFacts | undefined => {
  const text = stdout.toString('utf8')
  const values = new Map<string, string>()
  let at = 0
  for (;;) {
    const name = wordAt(text, at)
    if (name === undefined) return undefined
    at += name.length + 1
    if (name === FILES) return new RawFacts(values, readFiles(text.slice(at)))
    const value = wordAt(text, at)
    if (value === undefined) return undefined
    at += value.length + 1
    values.set(name, value)
  }
}

const wordAt = (text: string, at: number): string | undefined => {
  const end = text.indexOf('\0', at)
  return end < 0 ? undefined : text.slice(at, end)
}

const readFiles = (text: string): Map<string, string[]> => {
  const files = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const colon = separator(line)
    if (colon < 0) continue
    const path = line.slice(0, colon)
    const lines = files.get(path)
    if (lines === undefined) files.set(path, [line.slice(colon + 1)])
    else lines.push(line.slice(colon + 1))
  }
  return files
}

// Interfaces may have a colon in their name (`eth0:1`), so the path ends at the attribute's.
const separator = (line: string): number => {
  const sysfs = /^\/sys\/class\/net\/[^/]+\/[a-z_/]+:/.exec(line)
  return sysfs ? sysfs[0].length - 1 : line.indexOf(':')
}
