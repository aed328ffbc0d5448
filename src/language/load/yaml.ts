import { readFileSync } from 'node:fs'
import { LineCounter, parseDocument } from 'yaml'
import { UserError, type Position } from '../../core/error.ts'
import type { Inputs } from '../../core/inputs.ts'
import { TemplateText, type Raw, type RawMap } from '../value.ts'
import { Composer } from './composer.ts'
import type { Located } from './located.ts'
import { yamlError } from './yamlerror.ts'

/** What reading a file may need or say beside its value. */
export interface YamlOptions {
  /** Gets what is allowed and probably not meant, such as a duplicate key. */
  readonly onWarning?: ((warning: UserError) => void) | undefined
  /** Opens a file that is encrypted as a whole; without it such a file is an error. */
  readonly decrypt?: ((ciphertext: string, at: Position) => string) | undefined
  /** Is told every text of a file that is encrypted as a whole, to be redacted. */
  readonly onSecret?: ((text: string) => void) | undefined
  /** Is told of every file that is read. */
  readonly inputs?: Inputs | undefined
}

/** The value of a YAML 1.1 file (nothing, for an empty file) with the place of every part. */
export const loadYamlFile = (file: string, options: YamlOptions = {}): Located =>
  parseYaml(readText(file, options.inputs), file, options)

/** The same for a text that was read already; places name `file`. */
export const parseYaml = (text: string, file: string, options: YamlOptions = {}): Located => {
  const isSecret = isVault(text)
  const source = isSecret ? decrypted(text, file, options) : text
  const lines = new LineCounter()
  const document = parseDocument(source, {
    version: '1.1',
    schema: 'failsafe',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    // `silent` would also accept a second document without a word.
    logLevel: 'error',
    lineCounter: lines,
  })
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const [error] = document.errors
  if (error) throw yamlError(error, source, place(error.pos[0]))
  const located = new Composer(source, place, options.onWarning).compose(document.contents)
  if (isSecret && options.onSecret) for (const one of textsIn(located.raw)) options.onSecret(one)
  return located
}

/** The texts among a file's values; of a template what stands between its tags. */
const textsIn = (raw: Raw): readonly string[] => {
  if (typeof raw === 'string') return [raw]
  if (typeof raw === 'number') return [String(raw)]
  if (raw instanceof TemplateText) return raw.source.split(/\{[{%#].*?[}%#]\}/s)
  if (Array.isArray(raw)) return raw.flatMap(textsIn)
  return raw instanceof Map ? [...(raw as RawMap).values()].flatMap(textsIn) : []
}

/** The text of one of the user's files. */
export const readText = (file: string, inputs?: Inputs): string => {
  try {
    const bytes = readFileSync(file)
    inputs?.file(file, bytes)
    return bytes.toString('utf8')
  } catch (cause) {
    throw unreadable(file, cause)
  }
}

/** The user error for a file that the controller cannot read. */
export const unreadable = (file: string, cause: unknown): UserError => {
  const code =
    typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new UserError('E_FILE_MISSING', `there is no file "${file}"`, { cause })
  if (code === 'EISDIR')
    return new UserError('E_FILE_MISSING', `"${file}" is a directory, not a file`, { cause })
  if (code === 'EACCES' || code === 'EPERM')
    return new UserError('E_FILE_UNREADABLE', `"${file}" may not be read by this account`, {
      cause,
    })
  throw cause
}

const isVault = (text: string): boolean => text.startsWith('$ANSIBLE_VAULT')

const decrypted = (text: string, file: string, { decrypt }: YamlOptions): string => {
  const at = { file, line: 1, column: 1 }
  if (decrypt) return decrypt(text, at)
  throw new UserError(
    'E_VAULT_PASSWORD',
    'this file is encrypted, and no vault password was given',
    {
      at,
      hint: 'give --vault-password-file FILE',
    },
  )
}
