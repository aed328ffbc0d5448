import { UserError, type Position } from '../core/error.ts'
import { openEnvelope, readEnvelope, sealEnvelope, type Envelope } from './vaultenvelope.ts'

/** A password with the vault id that envelopes name it by; `default` where none was given. */
export interface VaultSecret {
  readonly id: string
  readonly password: string
}

/** Whether a text or a file's content is an encrypted one. */
export const isVaultText = (text: string): boolean => text.trimStart().startsWith('$ANSIBLE_VAULT;')

/** Opens and makes Ansible's vault envelopes, 1.1 and 1.2 with AES256. */
export class Vault {
  readonly #secrets: readonly VaultSecret[]

  constructor(secrets: readonly VaultSecret[]) {
    this.#secrets = secrets
  }

  /**
   * The clear text. The secret that the envelope names is tried first, then all others.
   * Throws E_VAULT_PASSWORD (no secret, or none that fits), E_VAULT_FORMAT.
   */
  readonly decrypt = (ciphertext: string, at?: Position): string =>
    this.decryptBytes(ciphertext, at).toString('utf8')

  /** The same, for content that need not be text. */
  decryptBytes(ciphertext: string, at?: Position): Buffer {
    const envelope = readEnvelope(ciphertext, at)
    if (this.#secrets.length === 0) throw noPassword(at)
    for (const { password } of this.#inOrder(envelope)) {
      const clear = openEnvelope(envelope, password)
      if (clear !== undefined) return clear
    }
    throw noneFits(envelope, at)
  }

  /** The envelope of a text, for the secret of that id, else for the first one. */
  encrypt(clear: string | Buffer, id?: string): string {
    const secret = id === undefined ? this.#secrets[0] : this.#secrets.find(s => s.id === id)
    if (!secret && id !== undefined && this.#secrets.length > 0)
      throw new UserError('E_VAULT_PASSWORD', `there is no vault password with the id "${id}"`, {
        hint: `known are ${this.#secrets.map(s => s.id).join(', ')}`,
      })
    if (!secret) throw noPassword(undefined)
    return sealEnvelope(Buffer.from(clear), secret.password, id)
  }

  #inOrder({ id }: Envelope): readonly VaultSecret[] {
    const named = this.#secrets.filter(secret => secret.id === id)
    return [...named, ...this.#secrets.filter(secret => secret.id !== id)]
  }
}

const noPassword = (at: Position | undefined): UserError =>
  new UserError('E_VAULT_PASSWORD', 'this is encrypted, and no vault password was given', {
    at,
    hint: 'give --vault-password-file FILE',
  })

const noneFits = ({ id }: Envelope, at: Position | undefined): UserError =>
  new UserError('E_VAULT_PASSWORD', 'none of the vault passwords given opens this', {
    at,
    hint: id === undefined ? undefined : `it was encrypted with the vault id "${id}"`,
  })
