import { createHash, createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { appendFile, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UserError } from '../core/error.ts'
import { matchesPatterns } from './ssh-config-subset.ts'

/** A line of a known_hosts file that speaks of a host. */
export interface KnownKey {
  readonly marker: 'key' | 'revoked' | 'authority'
  readonly type: string
  readonly key: Buffer
  readonly file: string
  readonly line: number
}

/** What known_hosts says of the key that a server has shown. */
export type Judgement =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'changed' | 'revoked'; readonly by: KnownKey }

/** The name in known_hosts: an alias as it is, the port only when it is not 22. */
export const knownName = (host: string, port: number, alias?: string): string => {
  if (alias !== undefined) return alias.toLowerCase()
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`
}

/** All that the files hold for a name; a file that is not there holds nothing. */
export const knownKeys = (files: readonly string[], name: string): readonly KnownKey[] =>
  files.flatMap(file => parse(read(file), file, name))

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw new UserError('E_KNOWN_HOSTS', `${file} cannot be read`, { cause })
  }
}

const MARKERS = { '@revoked': 'revoked', '@cert-authority': 'authority', '': 'key' } as const

const parse = (text: string, file: string, name: string): KnownKey[] =>
  text.split('\n').flatMap((line, i) => {
    const [, mark = '', hosts = '', type = '', key = ''] =
      /^\s*(?:(@\S+)\s+)?([^#@\s]\S*)\s+(\S+)\s+(\S+)/.exec(line) ?? []
    const marker = MARKERS[mark as keyof typeof MARKERS] as KnownKey['marker'] | undefined
    if (marker === undefined || key === '' || !names(hosts, name)) return []
    return [{ marker, type, key: Buffer.from(key, 'base64'), file, line: i + 1 }]
  })

const names = (hosts: string, name: string): boolean => {
  const [, salt, hash] = /^\|1\|([^|]+)\|(.+)$/.exec(hosts) ?? []
  if (salt === undefined || hash === undefined) return matchesPatterns(hosts.split(','), name)
  return hashName(name, Buffer.from(salt, 'base64')).toString('base64') === hash
}

const hashName = (name: string, salt: Buffer): Buffer =>
  createHmac('sha1', salt).update(name).digest()

/** As OpenSSH judges: any other key for the name, of whatever type, means that it has changed. */
export const judge = (known: readonly KnownKey[], key: Buffer): Judgement => {
  const revoked = known.find(entry => entry.marker === 'revoked' && entry.key.equals(key))
  if (revoked) return { kind: 'revoked', by: revoked }
  const plain = known.filter(entry => entry.marker === 'key')
  if (plain.some(entry => entry.key.equals(key))) return { kind: 'known' }
  const [other] = [...plain.filter(entry => entry.type === keyType(key)), ...plain]
  return other ? { kind: 'changed', by: other } : { kind: 'unknown' }
}

const ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const

/** What to ask the server for: the kinds of key that are known come first, so that one is shown. */
export const hostKeyAlgorithms = (known: readonly KnownKey[]): (typeof ALGORITHMS)[number][] => {
  const types = new Set(known.filter(entry => entry.marker === 'key').map(entry => entry.type))
  const held = (name: string): boolean => types.has(name.startsWith('rsa-') ? 'ssh-rsa' : name)
  return [...ALGORITHMS.filter(held), ...ALGORITHMS.filter(name => !held(name))]
}

/** The type that a public key's bytes begin with. */
export const keyType = (key: Buffer): string => {
  const length = key.length < 4 ? 0 : key.readUInt32BE(0)
  return key.subarray(4, 4 + Math.min(length, 64)).toString('latin1')
}

/** As OpenSSH prints it. */
export const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`

/** Adds a key that was seen for the first time. */
export const remember = async (
  file: string,
  { name, key, hashed }: { name: string; key: Buffer; hashed: boolean },
): Promise<void> => {
  const salt = randomBytes(20)
  const shown = hashed
    ? `|1|${salt.toString('base64')}|${hashName(name, salt).toString('base64')}`
    : name
  const line = `${shown} ${keyType(key)} ${key.toString('base64')}\n`
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const before = read(file)
    // A last line that is not ended would swallow it: the key would be new again and again.
    const start = before === '' || before.endsWith('\n') ? '' : '\n'
    await appendFile(file, `${start}${line}`, { mode: 0o600 })
  } catch (cause) {
    throw new UserError('E_KNOWN_HOSTS', `${file} cannot be written`, { cause })
  }
}
