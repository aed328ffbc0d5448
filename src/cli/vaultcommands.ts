/** What `provision vault` can do. */
export const VAULT_COMMANDS = {
  create: 'write a new encrypted file in $EDITOR',
  edit: 'change an encrypted file in $EDITOR',
  view: 'print encrypted files in clear',
  encrypt: 'encrypt files in place',
  decrypt: 'decrypt files in place',
  rekey: 'encrypt files anew with another password',
  'encrypt-string': 'print a `!vault` value for a YAML file',
} as const

export type VaultCommand = keyof typeof VAULT_COMMANDS
