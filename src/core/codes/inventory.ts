import type { Explanations } from './explanations.ts'

/** Inventory, secrets and the command line. */
export const inventoryCodes: Explanations = {
  E_CONNECTION: [
    'A connection variable of a host has a value that means nothing.',
    'Correct it in the inventory.',
  ],
  E_DEMO: ['A step of the demo failed.', 'Read the output above the error.'],
  E_EDITOR: ['The editor of `provision vault edit` failed.', 'Set EDITOR to one that works.'],
  E_EXTRA_VARS: [
    '`--extra-vars` holds no variables.',
    'Give `name=value`, a dictionary, or `@FILE`.',
  ],
  E_FILE_EXISTS: ['A file would be overwritten.', 'Name another, or edit the one there is.'],
  E_GROUP_CYCLE: [
    'Groups of the inventory are children of each other.',
    'Break the circle that the message names.',
  ],
  E_INVENTORY: ['The inventory has a mistake.', 'Correct it at the place that is named.'],
  E_NO_HOSTS: [
    'A pattern names a host or group that the inventory does not have.',
    'Correct the name, or leave it if the inventory is meant to lack it.',
  ],
  E_NO_INVENTORY: ['No inventory is given.', 'Give `--inventory FILE`.'],
  E_INTERRUPTED: ['The question was left with Ctrl-C.', 'Start again.'],
  E_NO_TERMINAL: [
    'A question is to be asked where there is no terminal.',
    'Give the answer as an extra variable.',
  ],
  E_PASSWORD_FILE: [
    'The file of a `password` lookup cannot be used.',
    'Write a password into it, or remove it.',
  ],
  E_PATTERN: ['A pattern of hosts cannot be read.', 'Correct it.'],
  E_PIPE: ['The command of a `pipe` or `lines` lookup failed.', 'Run it by hand to see why.'],
  E_SAME_NAME: ['A name is both a host and a group; a warning.', 'Rename one of them.'],
  E_VARS_IGNORED: [
    'A file of variables is not read, since another one takes its place; a warning.',
    'Merge the two, or remove one.',
  ],
  E_VAULT_ENCRYPTED: [
    'A file to encrypt is encrypted already.',
    'Use `provision vault rekey` for a new password.',
  ],
  E_VAULT_FORMAT: ['An encrypted text is damaged.', 'Restore it from where it came.'],
  E_VAULT_PASSWORD: [
    'Something is encrypted, and no password that was given opens it.',
    'Give `--vault-password-file FILE`.',
  ],
  E_VAULT_PLAIN: ['A file to decrypt is not encrypted.', 'Leave it as it is.'],
  E_VAULT_SCRIPT: ['The program that gives a vault password failed.', 'Run it by hand to see why.'],
}
