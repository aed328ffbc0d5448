import { Command, InvalidArgumentError, Option } from 'commander'

/** What the command line of a run says, as commander gives it. */
export interface RunFlags {
  readonly inventory?: string[]
  readonly dryRun?: true
  readonly check?: true
  readonly diff?: true
  readonly 'diff=full'?: true
  readonly limit?: string
  readonly tags?: string[]
  readonly skipTags?: string[]
  readonly extraVars?: string[]
  readonly forks: number
  readonly timeout: number
  readonly become?: true
  readonly becomeUser?: string
  readonly askBecomePass?: true
  readonly user?: string
  readonly privateKey?: string
  readonly sshCommonArgs?: string
  readonly acceptNewHostKeys?: true
  readonly vaultPasswordFile?: string[]
  readonly askVaultPass?: true
  readonly forceHandlers?: true
  readonly verbose: number
  readonly output: 'text' | 'json'
  readonly profile?: true
  readonly lookAhead: boolean
}

/** The flags that every command which reads playbooks takes. */
export const withInputFlags = (command: Command): Command =>
  withExtraVars(
    withVaultFlags(command)
      .option(
        '-i, --inventory <file>',
        'inventory file, directory or `host1,host2`; may be repeated',
        collect,
      )
      .option('-l, --limit <pattern>', 'only hosts of this pattern'),
  )

/** Variables of the command line. */
export const withExtraVars = (command: Command): Command =>
  command.option(
    '-e, --extra-vars <vars>',
    '`name=value …`, JSON, or `@file`; may be repeated',
    collect,
  )

/** Where vault passwords come from. */
export const withVaultFlags = (command: Command): Command =>
  command
    .option(
      '--vault-password-file <file>',
      'file or script that gives the vault password; may be repeated',
      collect,
    )
    .option('--ask-vault-pass', 'ask for the vault password')

/** The flags of a run, named as `ansible-playbook` names them. */
export const withRunFlags = (command: Command): Command =>
  withOutputFlag(
    withReportFlags(
      withConnectionFlags(
        withChoiceFlags(
          withInputFlags(command)
            .option('-n, --dry-run', 'change nothing; say what would change, with diffs')
            .option('-C, --check', 'the same as --dry-run'),
        ),
      ),
    ),
  )

/** What of a playbook is done, and as whom. */
export const withChoiceFlags = (command: Command): Command =>
  command
    .option('-t, --tags <tags>', 'only tasks with these tags (comma-separated)', commas)
    .option('--skip-tags <tags>', 'no tasks with these tags (comma-separated)', commas)
    .option('-b, --become', 'run tasks as another account (sudo)')
    .option('--become-user <name>', 'the account to become (root)')
    .option('-u, --user <name>', 'log in as this account')
    .option('--force-handlers', 'run the handlers due on hosts that failed, too')

/** How hosts are reached. */
export const withConnectionFlags = (command: Command): Command =>
  command
    .option('-f, --forks <number>', 'hosts worked on at the same time', positive, 20)
    .option('-T, --timeout <seconds>', 'silence after which a host counts as dead', positive, 30)
    .option('-K, --ask-become-pass', 'ask for the password of sudo')
    .option('--private-key <file>', 'log in with this key')
    .option('--ssh-common-args <args>', 'arguments that `ssh -G` is given')
    .option('--accept-new-host-keys', 'remember the key of a host that is seen for the first time')
    .option('--profile', 'tell what each task cost on each host: time, bytes, round trips')
    .option(
      '--no-look-ahead',
      'ask for one task at a time (slower; for finding faults in provision)',
    )

/** How much is reported. */
export const withReportFlags = (command: Command): Command =>
  command
    .option('-D, --diff', 'show what changes, of long diffs the beginning')
    // A flag of its own: an optional value would swallow the playbook that follows `--diff`.
    .addOption(new Option('--diff=full', 'show what changes, every line of it'))
    .option('-v, --verbose', 'say more; may be repeated', (_, level: number) => level + 1, 0)

/** In which form. */
export const withOutputFlag = (command: Command): Command =>
  command.option('-o, --output <format>', '`text` or `json`', format, 'text')

const collect = (value: string, before: string[] | undefined): string[] => [
  ...(before ?? []),
  value,
]

const commas = (value: string, before: string[] | undefined): string[] => [
  ...(before ?? []),
  ...value.split(',').filter(tag => tag !== ''),
]

const positive = (value: string): number => {
  const number = Number(value)
  if (!Number.isFinite(number) || number <= 0)
    throw new InvalidArgumentError('a number above 0 is needed')
  return number
}

/** An output format's name. Throws InvalidArgumentError. */
export const format = (value: string): string => {
  if (value === 'text' || value === 'json') return value
  throw new InvalidArgumentError('"text" and "json" are known')
}

/** How much of what changes a run shows. */
export const diffShown = (
  flags: Pick<RunFlags, 'diff' | 'diff=full'>,
  dryRun: boolean,
): 'none' | 'short' | 'full' => {
  if (flags['diff=full'] === true) return 'full'
  return dryRun || flags.diff === true ? 'short' : 'none'
}
