import type { Explanations } from './explanations.ts'

/** Connecting to hosts. */
export const connectionCodes: Explanations = {
  E_AUTH: [
    'The host refuses the login.',
    'Check the account and its authorized_keys, or name a key.',
  ],
  E_BECOME: [
    "Another account cannot be taken on, for a reason of the host's own.",
    'Read what sudo or su says.',
  ],
  E_BECOME_DENIED: [
    'sudo does not let this account become another.',
    "Allow it in the host's sudoers.",
  ],
  E_BECOME_MISSING: ['The host has no sudo or su.', 'Install it, or log in as the account itself.'],
  E_BECOME_PASSWORD: [
    'sudo wants a password, or refuses the one that was given.',
    'Give `--ask-become-pass`, or correct `ansible_become_password`.',
  ],
  E_BECOME_SU: ['su wants a terminal to ask for a password.', 'Use `become_method: sudo`.'],
  E_BECOME_TTY: ['sudo wants a terminal.', "Remove `requiretty` from the host's sudoers."],
  E_BECOME_USER: [
    'The account to become does not exist on the host.',
    'Create it in an earlier task, or correct `become_user`.',
  ],
  E_FETCH: ['A file could not be copied from the host.', 'Read the reason in the message.'],
  E_GUARD: [
    'The rollback that guards a dangerous change cannot be prepared, and nothing was changed.',
    'Read the reason in the message.',
  ],
  E_HOST_DIED: [
    'The connection ended while it was in use.',
    'Run again: what was done is found and not repeated.',
  ],
  E_HOST_KEY_CHANGED: [
    'The host shows another key than the one that is known.',
    'Find out why; remove the old key from known_hosts if it is right.',
  ],
  E_HOST_KEY_REVOKED: [
    'The host shows a key that known_hosts marks as revoked.',
    'Do not connect.',
  ],
  E_HOST_KEY_UNKNOWN: [
    "The host's key is not known.",
    'Compare the fingerprint and accept it as the hint says.',
  ],
  E_HOST_LACKS: ['The host lacks tools that provision needs.', 'Install what the message names.'],
  E_HOST_NAME: ['A name cannot be that of a host.', 'Correct it in the inventory.'],
  E_KNOWN_HOSTS: ['A known_hosts file cannot be read.', 'Correct its rights, or the name.'],
  E_LOCK: ['The host cannot be locked for this run.', 'Read the reason in the message.'],
  E_LOCKED: ['Another run is changing the host.', 'Wait until it is over.'],
  E_LOCKED_OUT: [
    'A change cut off new connections to the host.',
    'Read whether it was undone; use the console if not.',
  ],
  E_NO_SHELL: [
    'The host lets us log in and opens no session.',
    'Give the account a shell, or raise MaxSessions.',
  ],
  E_OUTPUT_LIMIT: ['A command said more than provision keeps.', 'Send its output to a file.'],
  E_PROTOCOL: [
    "The host's shell gave an answer that is none.",
    'Look for what prints into a non-interactive shell.',
  ],
  E_SOURCE_CHANGED: ['A file of the controller changed while it was sent.', 'Run again.'],
  E_SSH_ARGUMENT: [
    'An argument for ssh is not understood without OpenSSH on the controller.',
    'Install OpenSSH, or set the variable that says the same.',
  ],
  E_SSH_CONFIG: [
    'The ssh configuration holds what is not understood without OpenSSH on the controller.',
    'Install OpenSSH, or leave it out.',
  ],
  E_SSH_UNSUPPORTED: [
    'The host allows only algorithms that are not supported.',
    'Allow one of the common ones.',
  ],
  E_REVOKED_KEYS: [
    'The list of revoked host keys cannot be used, so that no key can be trusted.',
    'Correct the file that RevokedHostKeys names; it holds public keys, one on a line.',
  ],
  E_UNREACHABLE: ['The host cannot be reached.', 'Check address, port and firewall.'],
  E_USER_NAME: ['A name cannot be that of an account.', 'Correct it in the inventory.'],
}
