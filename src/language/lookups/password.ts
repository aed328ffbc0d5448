import { randomInt } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { UserError } from '../../core/error.ts'
import { iterate, printValue, TemplateError } from '../../jinja/index.ts'
import { randomSalt } from '../filters/hashes.ts'
import { seeded, type Below } from '../filters/mersenne.ts'
import { shaCrypt, type ShaCryptName } from '../filters/shacrypt.ts'
import { expandHome } from '../home.ts'
import type { Password } from '../resolver.ts'
import { isImpure, type Lookup, type LookupCall } from './lookup.ts'

interface Wanted {
  readonly file: string
  readonly length: number
  readonly characters: string
  readonly encrypt: ShaCryptName | undefined
  readonly below: Below
}

/**
 * The password in a file of the controller; it is made, with the file, when there is none:
 * `path length=20 chars=ascii_letters,digits encrypt=sha512_crypt seed=…`. A dry run makes it up
 * once in memory instead: what depends on it can be planned, and is masked like any other.
 */
export const passwordLookup: Lookup = call =>
  call.terms.map(term => onePassword(readWanted(printValue(term), call), call))

const onePassword = (wanted: Wanted, call: LookupCall): unknown => {
  const { inputs, madeUp, onSecret } = call.resolver.surroundings
  const keeps = wanted.file !== '/dev/null'
  const stored = keeps ? readStored(wanted.file) : undefined
  // Where nothing is left to chance, it is a file that is read.
  const isMade = stored === undefined || (wanted.encrypt !== undefined && stored.salt === undefined)
  isImpure(isMade ? call : { ...call, name: 'file' })
  inputs?.value(`password in ${wanted.file}`, stored ?? null)
  const kept = keeps ? (madeUp?.get(wanted.file) ?? stored) : undefined
  const password = kept?.password ?? randomPassword(wanted)
  const salt = kept?.salt ?? (wanted.encrypt ? randomSalt() : undefined)
  onSecret?.(password)
  if (kept === undefined) inputs?.madeByChance(password)
  if (keeps && (kept === undefined || kept.salt !== salt)) {
    if (madeUp === undefined) store(wanted.file, { password, salt })
    else madeUp.set(wanted.file, { password, salt })
  }
  if (!wanted.encrypt || salt === undefined) return password
  const crypt = shaCrypt(wanted.encrypt, password, { salt })
  onSecret?.(crypt)
  if (kept?.salt === undefined) inputs?.madeByChance(crypt)
  return crypt
}

const OPTION = /\s+(length|chars|encrypt|seed|ident)=(\S+)/g

const readWanted = (term: string, { options, resolver }: LookupCall): Wanted => {
  const given = new Map<string, unknown>(options)
  for (const [, name = '', value] of term.matchAll(OPTION)) given.set(name, value)
  const path = expandHome(term.replace(OPTION, '').trim())
  const length = Number(given.get('length') ?? 20)
  if (!Number.isInteger(length) || length < 1)
    throw new TemplateError(`"${String(length)}" is not a length of a password`)
  const seed = given.get('seed')
  return {
    file: resolve(resolver.surroundings.files.directories.at(-1) ?? '.', path),
    length,
    characters: charactersOf(given.get('chars')),
    encrypt: cryptOf(given.get('encrypt')),
    below: seed === undefined || seed === null ? randomInt : seeded(printValue(seed)),
  }
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'
const SETS: Readonly<Record<string, string>> = {
  ascii_letters: LOWER + LOWER.toUpperCase(),
  ascii_lowercase: LOWER,
  ascii_uppercase: LOWER.toUpperCase(),
  digits: DIGITS,
  hexdigits: `${DIGITS}abcdefABCDEF`,
  octdigits: '01234567',
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
}

// Names of sets and characters, divided by commas; two commas are a comma.
const charactersOf = (given: unknown): string => {
  if (given === undefined || given === null) return `${SETS['ascii_letters'] ?? ''}${DIGITS}.,:-_`
  const parts =
    typeof given === 'string'
      ? [...(given.includes(',,') ? [','] : []), ...given.replaceAll(',,', ',').split(',')]
      : iterate(given).map(printValue)
  const characters = parts.map(part => SETS[part] ?? part).join('')
  if (characters === '') throw new TemplateError('chars names no characters')
  return characters
}

const cryptOf = (given: unknown): ShaCryptName | undefined => {
  if (given === undefined || given === null || given === '') return undefined
  const name = printValue(given).replace(/_crypt$/, '')
  if (name === 'sha512' || name === 'sha256') return name
  throw new TemplateError(`encrypt knows no "${printValue(given)}"`, {
    hint: 'known are sha512_crypt and sha256_crypt',
  })
}

const randomPassword = ({ length, characters, below }: Wanted): string =>
  Array.from({ length }, () => characters.charAt(below(characters.length))).join('')

const readStored = (file: string): Password | undefined => {
  if (!existsSync(file)) return undefined
  const [, password = '', salt] =
    /^(.*?)(?: salt=(\S+))?(?: ident=\S+)?\s*$/s.exec(readFileSync(file, 'utf8')) ?? []
  if (password === '')
    throw new UserError('E_PASSWORD_FILE', `the password file "${file}" is empty`, {
      hint: 'remove it to have a new password made',
    })
  return { password, salt }
}

const store = (file: string, { password, salt }: Password): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const content = salt === undefined ? `${password}\n` : `${password} salt=${salt}\n`
  writeFileSync(file, content, { mode: 0o600 })
}
