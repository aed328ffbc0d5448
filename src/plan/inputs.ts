import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'
import { UserError } from '../core/error.ts'
import type { Inputs } from '../core/inputs.ts'
import { isSecret } from '../core/secret.ts'
import type { Redactor } from '../report/redact.ts'
import type { Chance } from './chance.ts'
import type { Macs } from './key.ts'

/** What a plan was made of: files by path, all else by name, each by a hash. */
export interface SealedInputs {
  readonly files: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, string>>
}

/** What turns the inputs of a run into what a plan may tell of them. */
export interface Sealing {
  readonly macs: Macs
  readonly redactor: Pick<Redactor, 'redact' | 'holds'>
}

const PLAIN = 'sha256:'
/** Of more than this nobody looks whether a secret is in it. */
const MOST_LOOKED_THROUGH = 1024 * 1024

/** Remembers all that a run was made of. Values stay in memory, and only their hashes leave it. */
export class InputLog implements Inputs {
  readonly #files = new Map<string, string>()
  readonly #values = new Map<string, Set<string>>()
  readonly #chance: Chance

  constructor(chance: Chance) {
    this.#chance = chance
  }

  file(path: string, content: Buffer | { readonly sha256: string }): void {
    const hash = 'sha256' in content ? content.sha256 : sha256(content)
    const file = resolve(path)
    const known = this.#files.get(file)
    if (known !== undefined && known !== hash)
      throw new UserError('E_PLAN_INPUT', `"${path}" was changed while it was read`, {
        hint: 'run again when nobody edits the files',
      })
    this.#files.set(file, hash)
  }

  value(name: string, value: unknown): void {
    const values = this.#values.get(name) ?? new Set()
    this.#values.set(name, values.add(asText(value)))
  }

  madeByChance(secret: string): void {
    this.#chance.madeByChance(secret)
  }

  derived(from: string, made: string): void {
    this.#chance.derived(from, made)
  }

  /** What a plan may tell of the inputs: nothing that a secret could be guessed from. */
  sealed({ macs, redactor }: Sealing): SealedInputs {
    const files = [...this.#files].map(([file, hash]): [string, string] => [
      shortPath(file),
      isPublic(file, hash, redactor) ? `${PLAIN}${hash}` : macs.of('file', hash),
    ])
    const values = [...this.#values].map(([name, texts]): [string, string] => [
      redactor.redact(name),
      macs.of(name, [...texts].sort().join('\0')),
    ])
    return { files: sorted(files), values: sorted(values) }
  }
}

/** Each file of a plan that is another now, or is gone, in a sentence. */
export const changedFiles = ({ files }: SealedInputs, macs: Macs): readonly string[] =>
  Object.entries(files).flatMap(([file, planned]) => {
    const now = hashNow(file, planned, macs)
    if (now === planned) return []
    return [`the file "${file}" is ${now === undefined ? 'gone' : 'another now'}`]
  })

/** The same of the values that are known before a run. */
export const changedValues = (planned: SealedInputs, read: SealedInputs): readonly string[] =>
  Object.entries(read.values).flatMap(([name, now]) => {
    const before = planned.values[name]
    if (before === now) return []
    return [
      `the ${name} ${before === undefined ? 'was not there when it was planned' : 'is another now'}`,
    ]
  })

/** What a file that a plan names is now, hashed as the plan has it; undefined when it is gone. */
const hashNow = (file: string, planned: string, macs: Macs): string | undefined => {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return undefined
  const hash = sha256(readFileSync(file))
  return planned.startsWith(PLAIN) ? `${PLAIN}${hash}` : macs.of('file', hash)
}

/** Each input that is another now, or is there in one of the two only, in a sentence. */
export const differentInputs = (planned: SealedInputs, now: SealedInputs): readonly string[] => [
  ...differences(planned.files, now.files, name => `the file "${name}"`),
  ...differences(planned.values, now.values, name => `the ${name}`),
]

const differences = (
  planned: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  called: (name: string) => string,
): string[] =>
  [...new Set([...Object.keys(planned), ...Object.keys(now)])].flatMap(name => {
    if (planned[name] === now[name]) return []
    if (planned[name] === undefined) return [`${called(name)} was not there when it was planned`]
    if (now[name] === undefined) return [`${called(name)} is no longer read`]
    return [`${called(name)} is another now`]
  })

/** A file with a secret in it could be guessed from its plain hash; not one that is encrypted. */
const isPublic = (file: string, hash: string, redactor: Sealing['redactor']): boolean => {
  const found = statSync(file, { throwIfNoEntry: false })
  if (found?.isFile() !== true || found.size > MOST_LOOKED_THROUGH) return false
  const content = readFileSync(file)
  if (sha256(content) !== hash) return false
  const texts = [content.toString('utf8'), content.toString('latin1')]
  if (texts[0]?.startsWith(VAULT) === true) return true
  return texts.every(text => redactor.redact(text) === text && !redactor.holds(text))
}

/** How an encrypted file begins: its salt and its ciphertext tell nothing of what is in it. */
const VAULT = '$ANSIBLE_VAULT;'

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

/** As it is written from where the command runs; from outside of there, in full. */
const shortPath = (file: string): string => {
  const short = relative(process.cwd(), file)
  return short.startsWith('..') || isAbsolute(short) ? file : short
}

const asText = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => {
    if (isSecret(part)) return part.reveal()
    return part instanceof Map ? [...(part as Map<unknown, unknown>)] : part
  })

const sorted = (entries: readonly [string, string][]): Readonly<Record<string, string>> =>
  Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
