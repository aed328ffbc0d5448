import { spawnSync } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { basename, extname, resolve } from 'node:path'
import { UserError } from '../core/error.ts'
import { expandHome } from './home.ts'
import { readText } from './load/yaml.ts'
import type { VaultSecret } from './vault.ts'

/** `label@source` of `--vault-id`, or the file of `--vault-password-file`, taken apart. */
export const parseVaultId = (given: string): { id: string; source: string } => {
  const at = given.indexOf('@')
  if (at === -1) return { id: 'default', source: given }
  return { id: given.slice(0, at) || 'default', source: given.slice(at + 1) }
}

/**
 * The password in a file, or the one that an executable file prints; a script whose name ends in
 * `-client` is called with `--vault-id ID`. Throws E_FILE_MISSING, E_VAULT_SCRIPT, E_VAULT_PASSWORD.
 */
export const readVaultSecret = ({ id, source }: { id: string; source: string }): VaultSecret => {
  const file = resolve(expandHome(source))
  const password = (isScript(file) ? runScript(file, id) : readText(file)).trim()
  if (password === '')
    throw new UserError('E_VAULT_PASSWORD', `the vault password of "${source}" is empty`)
  return { id, password }
}

const isScript = (file: string): boolean => {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false
  try {
    accessSync(file, constants.X_OK)
  } catch {
    return false
  }
  return true
}

const runScript = (file: string, id: string): string => {
  const isClient = basename(file, extname(file)).endsWith('-client')
  const { status, stdout, error } = spawnSync(file, isClient ? ['--vault-id', id] : [], {
    encoding: 'utf8',
    stdio: ['inherit', 'pipe', 'inherit'],
  })
  if (status === 0) return stdout
  throw new UserError('E_VAULT_SCRIPT', `the script "${file}" gave no vault password`, {
    hint: 'an executable file is run for its output; take its executable bit away to have it read',
    cause: error,
  })
}
