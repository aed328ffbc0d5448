import { readFileSync } from 'node:fs'
import { UserError } from '../core/error.ts'
import type { KnownKey } from './known-hosts.ts'

/** What a binary revocation list of `ssh-keygen -k` begins with. */
const LIST = Buffer.from('SSHKRL\n\0')

const LINE = /^(\S+)\s+([A-Za-z0-9+/]+={0,2})(?:\s|$)/

/** The keys of RevokedHostKeys: where the list cannot be read whole, no key can be trusted. */
export const revokedKeys = (files: readonly string[]): readonly KnownKey[] =>
  files.flatMap(file => parse(read(file), file))

const read = (file: string): string => {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (cause) {
    throw refused(file, 'cannot be read', cause)
  }
  if (bytes.subarray(0, LIST.length).equals(LIST))
    throw refused(file, 'is a binary list, which is not supported')
  return bytes.toString('utf8')
}

const parse = (text: string, file: string): readonly KnownKey[] =>
  text.split('\n').flatMap((line, i) => {
    const written = line.trim()
    if (written === '' || written.startsWith('#')) return []
    const [, type, key] = LINE.exec(written) ?? []
    if (type === undefined || key === undefined)
      throw refused(`${file}:${i + 1}`, 'holds no public key')
    return [{ marker: 'revoked', type, key: Buffer.from(key, 'base64'), file, line: i + 1 }]
  })

const refused = (where: string, fact: string, cause?: unknown): UserError =>
  new UserError('E_REVOKED_KEYS', `RevokedHostKeys: ${where} ${fact}`, {
    hint: 'write public keys into it, one on a line, or take the option out',
    cause,
  })
