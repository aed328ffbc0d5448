import { constant, lines, sh, type Words } from '../../core/shell.ts'
import type { Want } from '../../core/schema.ts'
import type { APT_PARAMS } from './params.ts'
import { policyScripts } from './policy.ts'

export type AptWant = Want<typeof APT_PARAMS>

/** Words after `apt-get` for what is to be done with these packages. */
export const aptWords = (want: AptWant, verb: string, names: readonly string[]): string[] => [
  '-y',
  '-o',
  `DPkg::Lock::Timeout=${want.lock_timeout}`,
  ...want.dpkg_options
    .split(',')
    .filter(option => option !== '')
    .flatMap(option => ['-o', `Dpkg::Options::=--${option}`]),
  ...flags(want),
  ...verb.split(' '),
  ...(names.length > 0 ? ['--', ...names] : []),
]

const flags = (want: AptWant): string[] =>
  [
    want.install_recommends === true && '--install-recommends',
    want.install_recommends === false && '--no-install-recommends',
    want.default_release !== undefined && `--target-release=${want.default_release}`,
    want.only_upgrade && '--only-upgrade',
    want.autoremove && '--auto-remove',
    want.fail_on_autoremove && '--no-remove',
    (want.allow_downgrade || want.force) && '--allow-downgrades',
    (want.allow_change_held_packages || want.force) && '--allow-change-held-packages',
    (want.allow_unauthenticated || want.force) && '--allow-unauthenticated',
  ].filter(word => word !== false)

const NONINTERACTIVE = constant(
  'export DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical APT_LISTCHANGES_FRONTEND=none',
)

/** Has apt-get work on packages without questions. */
export const aptScript = (want: AptWant, verb: string, names: readonly string[]): Words =>
  lines(
    NONINTERACTIVE,
    ...policyScripts(want),
    sh`apt-get ${aptWords(want, verb, names)} </dev/null`,
  )

/**
 * Fetches the package lists; one that cannot be fetched is an error, not a warning. The directory's
 * time tells when: apt leaves it alone where nothing is new.
 */
export const refreshScript = (lockTimeout: number): Words =>
  lines(
    NONINTERACTIVE,
    sh`apt-get -o DPkg::Lock::Timeout=${lockTimeout} -o APT::Update::Error-Mode=any update </dev/null && touch /var/lib/apt/lists`,
  )
