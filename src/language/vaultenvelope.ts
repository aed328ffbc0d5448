import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  pbkdf2Sync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { UserError, type Position } from '../core/error.ts'

// https://docs.ansible.com/ansible/latest/vault_guide/vault_using_encrypted_content.html describes
// the format: PBKDF2 with SHA-256 gives a key for AES-256 in counter mode, one for the HMAC, and
// the first counter; content is padded as PKCS#7 has it, though counter mode needs none.
const ITERATIONS = 10_000
const BLOCK = 16
const LINE = 80

/** An encrypted text taken apart, still closed. */
export interface Envelope {
  /** The vault id that 1.2 names; undefined for 1.1. */
  readonly id: string | undefined
  readonly salt: Buffer
  readonly mac: Buffer
  readonly ciphertext: Buffer
}

/** Takes an envelope apart. Throws E_VAULT_FORMAT. */
export const readEnvelope = (text: string, at?: Position): Envelope => {
  const [header = '', ...lines] = text.trim().split(/\s*\n\s*/)
  const [mark, version = '', cipher = '', id] = header.trim().split(';')
  if (mark !== '$ANSIBLE_VAULT') throw malformed('does not begin with $ANSIBLE_VAULT', at)
  if (version !== '1.1' && version !== '1.2') throw malformed(`has the version "${version}"`, at)
  if (cipher !== 'AES256') throw malformed(`has the cipher "${cipher}"`, at)
  const body = fromHex(lines.join(''), at).toString('latin1')
  const [salt, mac, ciphertext] = body.split('\n').map(part => fromHex(part, at))
  if (!salt || !mac || !ciphertext) throw malformed('lacks a part', at)
  return { id, salt, mac, ciphertext }
}

const malformed = (fact: string, at: Position | undefined): UserError =>
  new UserError('E_VAULT_FORMAT', `the encrypted text ${fact}`, {
    at,
    hint: 'known are the versions 1.1 and 1.2 with AES256',
  })

const fromHex = (text: string, at: Position | undefined): Buffer => {
  if (!/^(?:[\da-fA-F]{2})*$/.test(text)) throw malformed('is damaged: it is not hexadecimal', at)
  return Buffer.from(text, 'hex')
}

/** The content, if the password is the right one. */
export const openEnvelope = (envelope: Envelope, password: string): Buffer | undefined => {
  const { salt, mac, ciphertext } = envelope
  const keys = deriveKeys(password, salt)
  const expected = createHmac('sha256', keys.mac).update(ciphertext).digest()
  if (expected.length !== mac.length || !timingSafeEqual(expected, mac)) return undefined
  const decipher = createDecipheriv('aes-256-ctr', keys.cipher, keys.counter)
  const padded = Buffer.concat([decipher.update(ciphertext), decipher.final()])
  return padded.subarray(0, padded.length - (padded.at(-1) ?? 0))
}

/** A new envelope, in lines; 1.2 if it is to name its id. */
export const sealEnvelope = (clear: Buffer, password: string, id: string | undefined): string => {
  const salt = randomBytes(32)
  const keys = deriveKeys(password, salt)
  const padding = BLOCK - (clear.length % BLOCK)
  const cipher = createCipheriv('aes-256-ctr', keys.cipher, keys.counter)
  const padded = Buffer.concat([clear, Buffer.alloc(padding, padding)])
  const ciphertext = Buffer.concat([cipher.update(padded), cipher.final()])
  const mac = createHmac('sha256', keys.mac).update(ciphertext).digest()
  const body = [salt, mac, ciphertext].map(part => part.toString('hex')).join('\n')
  const lines =
    Buffer.from(body)
      .toString('hex')
      .match(new RegExp(`.{1,${LINE}}`, 'g')) ?? []
  const named = id !== undefined && id !== 'default'
  const header = named ? `$ANSIBLE_VAULT;1.2;AES256;${id}` : '$ANSIBLE_VAULT;1.1;AES256'
  return [header, ...lines, ''].join('\n')
}

const deriveKeys = (
  password: string,
  salt: Buffer,
): { cipher: Buffer; mac: Buffer; counter: Buffer } => {
  const derived = pbkdf2Sync(password, salt, ITERATIONS, 2 * 32 + BLOCK, 'sha256')
  return {
    cipher: derived.subarray(0, 32),
    mac: derived.subarray(32, 64),
    counter: derived.subarray(64),
  }
}
