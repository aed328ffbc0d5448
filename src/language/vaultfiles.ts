import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { UserError } from '../core/error.ts'
import { unreadable } from './load/yaml.ts'
import { isVaultText, type Vault } from './vault.ts'

/** Encrypts a file in place. Throws E_VAULT_ENCRYPTED for one that is encrypted already. */
export const encryptFile = (file: string, vault: Vault, id?: string): void => {
  const content = read(file)
  if (isVaultText(content.toString('latin1')))
    throw new UserError('E_VAULT_ENCRYPTED', `"${file}" is encrypted already`)
  replace(file, vault.encrypt(content, id))
}

/** Decrypts a file in place. */
export const decryptFile = (file: string, vault: Vault): void => {
  replace(file, viewFile(file, vault))
}

/** The clear content of an encrypted file. Throws E_VAULT_PLAIN for one that is not encrypted. */
export const viewFile = (file: string, vault: Vault): Buffer => {
  const content = read(file).toString('latin1')
  if (!isVaultText(content)) throw new UserError('E_VAULT_PLAIN', `"${file}" is not encrypted`)
  return vault.decryptBytes(content, { file, line: 1, column: 1 })
}

/** Encrypts a file anew with another password. */
export const rekeyFile = (file: string, from: Vault, to: { vault: Vault; id?: string }): void => {
  replace(file, to.vault.encrypt(viewFile(file, from), to.id))
}

/** YAML for a `!vault` value: `name: !vault |` with the envelope below it. */
export const encryptString = (
  clear: string,
  vault: Vault,
  { name, id }: { name?: string | undefined; id?: string | undefined } = {},
): string => {
  const lines = vault.encrypt(clear, id).trimEnd().split('\n')
  const head = name === undefined ? '!vault |' : `${name}: !vault |`
  return [head, ...lines.map(line => `          ${line}`), ''].join('\n')
}

const read = (file: string): Buffer => {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw unreadable(file, cause)
  }
}

// Never a moment at which the file is half written, or readable by others than before.
const replace = (file: string, content: string | Buffer): void => {
  const staged = `${file}.${randomBytes(6).toString('hex')}`
  try {
    writeFileSync(staged, content, { mode: 0o600, flag: 'wx' })
    chmodSync(staged, statSync(file).mode & 0o7777)
    renameSync(staged, file)
  } catch (error) {
    rmSync(staged, { force: true })
    throw error
  }
}
