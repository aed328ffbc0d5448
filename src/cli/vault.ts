import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../core/error.ts'
import { Vault } from '../language/vault.ts'
import {
  decryptFile,
  encryptFile,
  encryptString,
  rekeyFile,
  viewFile,
} from '../language/vaultfiles.ts'
import { EXIT } from './exit.ts'
import type { RunFlags } from './options.ts'
import { ask } from './prompt.ts'
import type { VaultCommand } from './vaultcommands.ts'
import { openVault } from './vaultsecrets.ts'

/** `provision vault …`: each command over its files. Throws UserError. */
export const vault = async (
  command: VaultCommand,
  files: readonly string[],
  flags: RunFlags,
): Promise<number> => {
  const opened = await openVault(flags, () => undefined)
  const newVault = command === 'rekey' ? await askNew() : undefined
  for (const file of files) await apply(command, file, { opened, newVault })
  return EXIT.done
}

const apply = async (
  command: VaultCommand,
  file: string,
  { opened, newVault }: { opened: Vault; newVault: Vault | undefined },
): Promise<void> => {
  switch (command) {
    case 'create':
      if (existsSync(file))
        throw new UserError('E_FILE_EXISTS', `"${file}" exists already`, {
          hint: 'change it with `provision vault edit`',
        })
      writeFileSync(file, opened.encrypt(edited('')), { mode: 0o600 })
      return
    case 'edit':
      writeFileSync(file, opened.encrypt(edited(viewFile(file, opened).toString('utf8'))))
      return
    case 'view':
      process.stdout.write(viewFile(file, opened))
      return
    case 'encrypt':
      encryptFile(file, opened)
      return
    case 'decrypt':
      decryptFile(file, opened)
      return
    case 'rekey':
      if (newVault !== undefined) rekeyFile(file, opened, { vault: newVault })
      return
    case 'encrypt-string':
      process.stdout.write(
        encryptString(await ask(`Value of ${file}`, { isPrivate: true }), opened, { name: file }),
      )
  }
}

const askNew = async (): Promise<Vault> => {
  const password = await ask('New vault password', { isPrivate: true })
  if (password !== (await ask('The same again', { isPrivate: true })))
    throw new UserError('E_VAULT_PASSWORD', 'the two passwords differ')
  return new Vault([{ id: 'default', password }])
}

/** The text as the user's editor leaves it; the clear copy is in a private directory and removed. */
const edited = (text: string): string => {
  const directory = mkdtempSync(join(tmpdir(), 'provision-vault-'))
  const file = join(directory, 'vault.yml')
  try {
    writeFileSync(file, text, { mode: 0o600 })
    const editor = process.env['VISUAL'] ?? process.env['EDITOR'] ?? 'vi'
    const { status, error } = spawnSync('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], {
      stdio: 'inherit',
    })
    if (error !== undefined || status !== 0)
      throw new UserError('E_EDITOR', `the editor "${editor}" failed; nothing was written`, {
        cause: error,
      })
    return readFileSync(file, 'utf8')
  } finally {
    rmSync(directory, { recursive: true })
  }
}
