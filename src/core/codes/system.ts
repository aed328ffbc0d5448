import type { Explanations } from './explanations.ts'

/** Modules for files, packages and services. */
export const systemCodes: Explanations = {
  E_ABSENT: ['Something that must exist does not.', 'Create it in an earlier task.'],
  E_ACCOUNT_UNKNOWN: [
    'An account that a task works on does not exist.',
    'Create it in an earlier task, or correct the name.',
  ],
  E_APT: ['apt-get failed.', 'Read what it says.'],
  E_CRASH: ['`ping` was asked to fail.', 'Leave out `data: crash`.'],
  E_DPKG_INTERRUPTED: [
    'An earlier dpkg was interrupted.',
    'Run `dpkg --configure -a` on the host.',
  ],
  E_EXISTS: [
    'Something of another kind is in the place of a link.',
    'Set `force: true`, or remove it.',
  ],
  E_GROUP_UNKNOWN: [
    'A group that an account is to be in does not exist.',
    'Create it in an earlier task.',
  ],
  E_IS_DIRECTORY: [
    'A directory stands where a file should be.',
    'Correct the path, or remove the directory.',
  ],
  E_LIMIT: [
    'A size or age of `find` cannot be read.',
    'Give a number with one of the units in the hint.',
  ],
  E_LINK_LOOP: ['Links lead to each other.', 'Remove one of them.'],
  E_LOCAL_CHANGES: [
    'A working copy of Git has modifications that an update would throw away.',
    'Commit them, or set `force: true`.',
  ],
  E_NFT_MISSING: ['The host has no nft.', 'Install nftables in an earlier task.'],
  E_NFT_RULES: ['nft refuses the rules.', 'Correct them as the message says.'],
  E_NOTHING_TO_PRESERVE: [
    '`mode: preserve` stands without a file whose mode it could be.',
    'Give a mode.',
  ],
  E_NOT_A_DIRECTORY: [
    'Something else stands where a directory should be.',
    'Correct the path, or remove it.',
  ],
  E_NOT_A_FILE: ['Something else than a file was to be read.', 'Correct the path.'],
  E_NOT_COPIED: [
    'Something that is neither a file nor a directory was to be copied on the host.',
    'Leave it out.',
  ],
  E_NOT_TEXT: ['A file to edit is no UTF-8 text.', 'Replace it as a whole by `copy`.'],
  E_NO_COMMAND: ['There is no command to run.', 'Give one.'],
  E_NO_DIRECTORY: ['The directory of a file does not exist.', 'Create it in an earlier task.'],
  E_NO_SOURCE: ['A link does not say what it leads to.', 'Give `src`.'],
  E_OUTSIDE: [
    'What is fetched from a host would be written outside the directory that is meant for it.',
    'Look at the name that the message shows; where it comes from the host, so does the attempt.',
  ],
  E_OWNER: [
    "A working copy of Git belongs to another account, whose configuration git would run as one's own.",
    'Work as its owner by `become_user`, or give it to the account that works there.',
  ],
  E_QUOTES: ['A quote in a command is not closed.', 'Close it, or use `argv`.'],
  E_REMOVES_ROOT: ['The root directory was to be removed.', 'Correct the path.'],
  E_SHADOW: ['Passwords of accounts cannot be read.', 'Add `become: true`.'],
  E_SSHD_MISSING: ['The host has no sshd.', 'Install openssh-server in an earlier task.'],
  E_SSHD_OPTION: ['sshd refuses the options.', 'Correct them as the message says.'],
  E_SSHD_OVERRIDDEN: [
    "Another file of sshd's configuration sets the option first.",
    'Remove it there.',
  ],
  E_SYSCTL_READ_ONLY: [
    'A kernel parameter cannot be set on this host.',
    'Set it on the host of the container, or use `reload: false`.',
  ],
  E_SYSCTL_UNKNOWN: [
    'The kernel has no such parameter.',
    'Correct the name, or load the module that brings it.',
  ],
  E_TIMEZONE: [
    'The host has no such time zone.',
    'Correct the name, or install tzdata in an earlier task.',
  ],
  E_TOO_LONG: ['A script is too long to be sent as one.', 'Copy it to the host and run it there.'],
  E_UNIT_MASKED: ['A masked unit was to be started.', 'Unmask it with `masked: false`.'],
  E_UNIT_NAME: ['A name cannot be that of a unit.', 'Correct it.'],
  E_UNIT_NO_RELOAD: ['A unit cannot be reloaded.', 'Use `state: restarted`.'],
  E_UNIT_UNKNOWN: [
    'The host has no such unit.',
    'Install what brings it in an earlier task, or correct the name.',
  ],
}
