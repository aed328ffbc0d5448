import { constant, lines, sh, type Words } from '../core/shell.ts'
import { unanswered, type Answer } from '../core/probe.ts'
import type { Output } from '../core/wire.ts'

const MOST_BYTES = 64 * 1024
const MOST_PATHS = 256

/** Thrown by a reader when what came back is not what the script prints. */
class BadFrame extends Error {}

/** Reads a script's output field by field: text up to a NUL, or bytes by their number. */
export class Frame {
  #at = 0
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length
  }

  /** The text up to the next NUL. */
  text(): string {
    const end = this.#bytes.indexOf(0, this.#at)
    if (end < 0) throw new BadFrame('the output ends in the middle of a field')
    const field = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end + 1
    return field
  }

  /** A field of one line per record. */
  lines(): readonly string[] {
    return this.text()
      .split('\n')
      .filter(line => line !== '')
  }

  /** A field of one letter per record. */
  tags(): readonly string[] {
    return this.text().split('')
  }

  number(): number {
    const field = this.text()
    if (!/^\d+$/.test(field)) throw new BadFrame(`"${field}" is not a number`)
    return Number(field)
  }

  take(size: number): Buffer {
    const end = this.#at + size
    if (end > this.#bytes.length) throw new BadFrame('the output is shorter than it says')
    const bytes = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return bytes
  }

  /** The record at a place, or a broken frame. */
  static at<T>(records: readonly T[], index: number): T {
    const record = records[index]
    if (record === undefined) throw new BadFrame('a record is missing')
    return record
  }

  /** The next record, or a broken frame. */
  static next<T>(items: Iterator<T, unknown>): T {
    const { done, value } = items.next()
    if (done) throw new BadFrame('a record is missing')
    return value
  }
}

/** Reads one answer per question; a script that failed, or whose output is cut, answers none. */
export const readFrames = <A>(
  output: Output,
  questions: readonly unknown[],
  read: (frame: Frame) => readonly Answer<A>[],
): readonly Answer<A>[] => {
  const failed = (why: string): readonly Answer<A>[] => questions.map(() => unanswered(why))
  if (output.timedOut) return failed('the question took longer than its time limit')
  if (output.code !== 0) return failed(`exit code ${output.code}: ${excerpt(output.stderr)}`)
  try {
    const answers = readAll(new Frame(output.stdout), read)
    if (answers.length === questions.length) return answers
    return failed(`${answers.length} answers to ${questions.length} questions`)
  } catch (error) {
    if (error instanceof BadFrame) return failed(error.message)
    throw error
  }
}

const readAll = <A>(frame: Frame, read: (frame: Frame) => readonly Answer<A>[]): Answer<A>[] => {
  const answers: Answer<A>[] = []
  while (!frame.done) answers.push(...read(frame))
  return answers
}

const excerpt = (stderr: Buffer): string => stderr.toString('utf8').trim().slice(0, 500)

/** Calls a shell function with the words, as often as keeps its arguments below 100 KiB. */
export const inBatches = (library: string, name: string, words: readonly string[]): Words =>
  lines(constant(library), ...split(words).map(batch => sh`${constant(name)} ${batch}`))

const split = (words: readonly string[]): string[][] => {
  const batches: string[][] = []
  let bytes = Infinity
  for (const word of words) {
    const size = Buffer.byteLength(word) + 1
    const last = batches.at(-1)
    if (last === undefined || bytes + size > MOST_BYTES || last.length === MOST_PATHS) {
      batches.push([word])
      bytes = size
    } else {
      last.push(word)
      bytes += size
    }
  }
  return batches
}
