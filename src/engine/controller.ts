import { createHash } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  openSync,
  readFileSync,
  readSync,
  statSync,
  type Stats,
} from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Controller, Pki, TemplateOptions, TreeEntry } from '../core/controller.ts'
import { UserError } from '../core/error.ts'
import type { Inputs } from '../core/inputs.ts'
import type { Source } from '../core/wire.ts'
import type { Task } from '../language/play.ts'
import type { Scope } from '../language/scope.ts'
import { readingLocally } from './local.ts'
import type { FileKind, PlayView } from './playview.ts'

/**
 * What one task's module may read on the controller. What is asked for with every task is read
 * without a thread: waking one takes longer than a file that the system has in memory.
 */
export class TaskController implements Controller {
  readonly now: Date
  readonly pki: Pki
  readonly #play: PlayView
  readonly #task: Task
  readonly #scope: Scope
  readonly #inputs: Inputs | undefined
  #hasRead = false

  /** `inputs` are told of what is read at the task's own turn. */
  constructor(
    play: PlayView,
    task: Task,
    { scope, inputs }: { scope: Scope; inputs?: Inputs | undefined },
  ) {
    this.#play = play
    this.#task = task
    this.#scope = scope
    this.#inputs = inputs
    this.now = play.run.started
    this.pki = play.run.services.pki
  }

  /** Whether a file of the controller was looked for. */
  get hasRead(): boolean {
    return this.#hasRead
  }

  #find(kind: FileKind, src: string): string {
    this.#hasRead = true
    return this.#play.find(this.#task, kind, src)
  }

  async file(src: string): Promise<Source> {
    const file = this.#find('files', src)
    return readingLocally(file, () => sourceOf(file, this.#inputs))
  }

  async kindOf(src: string): Promise<'file' | 'directory'> {
    const file = this.#find('files', src)
    const found = await readingLocally(file, () => statSync(file))
    return found.isDirectory() ? 'directory' : 'file'
  }

  async tree(src: string): Promise<readonly TreeEntry[]> {
    const root = this.#find('files', src)
    return readingLocally(root, () => entriesOf(root, '', this.#inputs))
  }

  async template(src: string, options: TemplateOptions): Promise<string> {
    const file = this.#find('templates', src)
    const source = await readingLocally(file, () => readFileSync(file))
    this.#inputs?.file(file, source)
    return this.#scope.render(source.toString('utf8'), file, options)
  }
}

const entriesOf = async (
  root: string,
  below: string,
  inputs: Inputs | undefined,
): Promise<TreeEntry[]> => {
  const entries: TreeEntry[] = []
  for (const name of (await readdir(join(root, below))).sort()) {
    const path = join(below, name)
    const entry = await entryOf(root, path, inputs)
    if (entry === undefined) continue
    entries.push(entry)
    if (entry.kind === 'directory') entries.push(...(await entriesOf(root, path, inputs)))
  }
  return entries
}

/** Sockets, devices and the like are no part of a tree. */
const entryOf = async (
  root: string,
  path: string,
  inputs: Inputs | undefined,
): Promise<TreeEntry | undefined> => {
  const full = join(root, path)
  const found = await lstat(full)
  const mode = modeOf(found)
  if (found.isSymbolicLink()) return { path, kind: 'link', mode, target: await readlink(full) }
  if (found.isDirectory()) return { path, kind: 'directory', mode }
  return found.isFile()
    ? { path, kind: 'file', mode, source: await sourceOf(full, inputs) }
    : undefined
}

/** Octal digits, such as `0644`. */
const modeOf = ({ mode }: { readonly mode: number }): string =>
  `0${(mode & 0o7777).toString(8).padStart(3, '0')}`

/** Hashes by path, size and time of change, so that looking ahead does not read a file again. */
const hashes = new Map<string, Promise<string>>()

const sourceOf = async (file: string, inputs: Inputs | undefined): Promise<Source> => {
  const found = statSync(file)
  const { size } = found
  const key = versionOf(file, found)
  let hash = hashes.get(key)
  if (hash === undefined) hashes.set(key, (hash = sha256Of(file)))
  const sha256 = await hash
  inputs?.file(file, { sha256 })
  return { size, sha256, mode: modeOf(found), open: () => bytesOf(file, size, key) }
}

/** Tells a file from what it was before it was written or replaced. */
const versionOf = (file: string, { size, mtimeMs, ino }: Stats): string =>
  `${file}\0${size}\0${mtimeMs}\0${ino}`

/** Bytes that are read at a time. */
const PIECE = 256 * 1024

/**
 * The bytes of a file, the last of them only where it is the version that was asked for. Read without
 * a thread and into the same memory: with either a large file took a fifth longer.
 */
function* bytesOf(file: string, size: number, version: string): Generator<Buffer> {
  const descriptor = openSync(file, 'r')
  try {
    const piece = Buffer.allocUnsafe(Math.min(PIECE, size))
    for (let left = size; left > 0;) {
      const count = readSync(descriptor, piece, 0, Math.min(PIECE, left), null)
      left -= count
      if (count === 0 || (left === 0 && versionOf(file, statSync(file)) !== version))
        throw new UserError('E_SOURCE_CHANGED', `${file} changed while it was being sent`)
      yield piece.subarray(0, count)
    }
  } finally {
    closeSync(descriptor)
  }
}

const sha256Of = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  // With a thread, since all of a large file is hashed at once; fewer pieces wake it less often.
  for await (const piece of createReadStream(file, { highWaterMark: 4 * PIECE }))
    hash.update(piece as Buffer)
  return hash.digest('hex')
}
