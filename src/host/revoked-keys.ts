import { readFile } from 'node:fs/promises'
import { UserError } from '../core/error.ts'
import type { KnownKey } from './known-hosts.ts'

/** What a binary revocation list of `ssh-keygen -k` begins with. */
const LIST = Buffer.from('SSHKRL\n\0')

const LINE = /^(\S+)\s+([A-Za-z0-9+/]+={0,2})(?:\s|$)/

/** The keys of RevokedHostKeys: where the list cannot be read whole, no key can be trusted. */
export const revokedKeys = async (files: readonly string[]): Promise<readonly KnownKey[]> =>
  (await Promise.all(files.map(async file => parse(await read(file), file)))).flat()

const read = async (file: string): Promise<string> => {
  let bytes: Buffer
  try {
    bytes = await readFile(file)
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
