import { Vault, type VaultSecret } from '../language/vault.ts'
import { parseVaultId, readVaultSecret } from '../language/vaultsecrets.ts'
import type { RunFlags } from './options.ts'
import { ask, type Ask } from './prompt.ts'

type VaultFlags = Pick<RunFlags, 'vaultPasswordFile' | 'askVaultPass'>

/** The vault with the passwords of the command line and of ANSIBLE_VAULT_PASSWORD_FILE. */
export const openVault = async (
  flags: VaultFlags,
  onSecret: (text: string) => void,
  asking: Ask = ask,
): Promise<Vault> => {
  const secrets: VaultSecret[] = passwordFiles(flags).map(file =>
    readVaultSecret(parseVaultId(file)),
  )
  if (flags.askVaultPass === true)
    secrets.push({ id: 'default', password: await asking('Vault password', { isPrivate: true }) })
  for (const { password } of secrets) onSecret(password)
  return new Vault(secrets)
}

const passwordFiles = ({ vaultPasswordFile }: VaultFlags): readonly string[] => {
  const given = process.env['ANSIBLE_VAULT_PASSWORD_FILE']
  return vaultPasswordFile ?? (given === undefined || given === '' ? [] : [given])
}
