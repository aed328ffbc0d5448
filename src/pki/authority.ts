import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { mkdir, mkdtemp, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Authority, AuthorityRequest } from '../core/controller.ts'
import { UserError } from '../core/error.ts'
import { keep, type Secret } from '../core/secret.ts'
import { describe } from './describe.ts'
import { signAuthority, signCertificate } from './sign.ts'

const CERTIFICATE = 'ca.crt'
const KEY = 'ca.key'
const AUTHORITY_BITS = 3072
// P-256 (prime256v1) is made in a millisecond, and signs a handshake ten times as fast as RSA.
const HOST_CURVE = 'prime256v1'

const generate = promisify(generateKeyPair)

/** The authority in the directory; null when there is none. Its key is read when it signs. */
export const readAuthority = async (
  directory: string,
  passphrase: Secret | undefined,
): Promise<Authority | null> => {
  const certificate = await readFile(join(directory, CERTIFICATE), 'utf8').catch(ifMissing(null))
  if (certificate === null) return null
  return {
    certificate,
    description: describe(certificate),
    async issue(request) {
      const key = await readKey(join(directory, KEY), passphrase)
      const { publicKey, privateKey } = await generate('ec', { namedCurve: HOST_CURVE })
      const signing = { ...request, publicKey, now: new Date() }
      const issued = await signCertificate(signing, { certificate, key })
      return { certificate: issued, key: keep(keyText(privateKey, undefined)) }
    },
  }
}

/**
 * Makes the authority. The directory appears at once, with all that belongs in it: of two that
 * make the same authority the second gets the first one's.
 */
export const makeAuthority = async (request: AuthorityRequest): Promise<Authority> => {
  const { directory, commonName, days, passphrase } = request
  await mkdir(dirname(directory), { recursive: true, mode: 0o700 })
  const made = await mkdtemp(`${directory}.`)
  try {
    const { publicKey, privateKey } = await generate('rsa', { modulusLength: AUTHORITY_BITS })
    const keys = { publicKey, privateKey }
    const certificate = await signAuthority(commonName, keys, { now: new Date(), days })
    await writeFlushed(join(made, KEY), keyText(privateKey, passphrase), 0o600)
    await writeFlushed(join(made, CERTIFICATE), certificate, 0o644)
    await rename(made, directory).catch(ifThere)
  } finally {
    await rm(made, { recursive: true, force: true })
  }
  const authority = await readAuthority(directory, passphrase)
  if (authority !== null) return authority
  throw new UserError('E_AUTHORITY', `${directory} exists and holds no authority`, {
    hint: 'name a directory that does not exist yet',
  })
}

// PKCS#8; with a passphrase by PBES2 and AES-256.
const keyText = (key: KeyObject, passphrase: Secret | undefined): string =>
  key.export({
    type: 'pkcs8',
    format: 'pem',
    ...(passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase: passphrase.reveal() }),
  }) as string

const readKey = async (file: string, passphrase: Secret | undefined): Promise<KeyObject> => {
  const key = await readFile(file, 'utf8')
  const encrypted = key.includes('ENCRYPTED')
  if (encrypted && passphrase === undefined)
    throw new UserError('E_PASSPHRASE', `${file} is encrypted`, {
      hint: 'give the passphrase of the authority, from a vault for instance',
    })
  try {
    return createPrivateKey({ key, passphrase: passphrase?.reveal() })
  } catch (cause) {
    throw new UserError(
      'E_PASSPHRASE',
      encrypted ? `the passphrase does not open ${file}` : `${file} holds no private key`,
      { cause },
    )
  }
}

const writeFlushed = async (file: string, text: string, mode: number): Promise<void> => {
  const handle = await open(file, 'wx', mode)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

const ifMissing =
  <T>(value: T) =>
  (error: unknown): T => {
    if (codeOf(error) === 'ENOENT') return value
    throw error
  }

const ifThere = (error: unknown): void => {
  if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(codeOf(error) ?? '')) throw error
}
