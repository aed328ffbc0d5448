import { createHash, getHashes, randomInt } from 'node:crypto'
import {
  asInteger,
  asText,
  filterWith,
  optional,
  printValue,
  TemplateError,
  type Context,
  type Filter,
} from '../../jinja/index.ts'
import { derived, impure, resolverOf } from './impure.ts'
import { DEFAULT_ROUNDS, shaCrypt, type ShaCryptName } from './shacrypt.ts'

const hashed = (algorithm: string, text: string, context: Context): string => {
  if (!getHashes().includes(algorithm))
    throw new TemplateError(`the hash "${algorithm}" is not known`, {
      hint: 'such as sha1, sha256, sha512, md5',
    })
  return derived(text, createHash(algorithm).update(text).digest('hex'), context)
}

const CRYPTS = new Map<string, ShaCryptName>([
  ['sha512', 'sha512'],
  ['sha512_crypt', 'sha512'],
  ['sha256', 'sha256'],
  ['sha256_crypt', 'sha256'],
])

const SALT_LENGTH = 16
const SALT_ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** A salt for crypt(3), from the system's randomness. */
export const randomSalt = (): string =>
  Array.from({ length: SALT_LENGTH }, () => SALT_ALPHABET.charAt(randomInt(64))).join('')

const passwordHash = filterWith(
  'hashtype salt salt_size rounds ident',
  (value, [type, salt, , rounds], context) => {
    const name = optional(type, 'sha512', asText, 'the hash')
    const crypt = CRYPTS.get(name)
    if (crypt === undefined)
      throw new TemplateError(`password_hash knows no "${name}"`, {
        hint: 'known are sha512 and sha256',
      })
    if (salt === undefined || salt === null) impure(context, 'password_hash')
    const used = optional(salt, undefined, saltText, 'the salt') ?? randomSalt()
    const password = printValue(value)
    const how = { salt: used, rounds: optional(rounds, undefined, roundsOf, 'rounds') }
    const hash = derived(password, shaCrypt(crypt, password, how), context)
    if (how.salt !== salt) resolverOf(context).surroundings.inputs?.madeByChance(hash)
    return hash
  },
)

// The usual number is not named in the hash.
const roundsOf = (value: unknown, what: string): number | undefined => {
  const rounds = asInteger(value, what)
  return rounds === DEFAULT_ROUNDS ? undefined : rounds
}

const saltText = (value: unknown): string => {
  const text = printValue(value)
  if (/^[\w./]+$/.test(text)) return text
  throw new TemplateError('a salt has letters, digits, "." and "/" only')
}

const fixed = (algorithm: string): Filter =>
  filterWith('', (value, _, context) => hashed(algorithm, printValue(value), context))

/** Filters that hash. */
export const HASH_FILTERS: Readonly<Record<string, Filter>> = {
  hash: filterWith('hashtype', (value, [type], context) =>
    hashed(optional(type, 'sha1', asText, 'the hash'), printValue(value), context),
  ),
  sha1: fixed('sha1'),
  md5: fixed('md5'),
  checksum: fixed('sha1'),
  password_hash: passwordHash,
}
