import { alias, boolean, integer, list, oneOf, optional, withDefault } from '../../core/schema.ts'
import { line, path } from '../../core/shapes.ts'

const flag = (description: string) => withDefault(boolean(description), false)

/** The parameters of `apt`, with Ansible's names and defaults. */
export const APT_PARAMS = {
  name: withDefault(
    alias(
      list(
        line(
          '`nginx`, `nginx=1.22.1-9` (a `*` at the end stands for any rest), `nginx/stable`, `libc6:i386`.',
        ),
        'Packages, installed in one transaction.',
      ),
      'package',
      'pkg',
    ),
    [],
  ),
  state: withDefault(
    oneOf(
      ['present', 'absent', 'latest', 'build-dep', 'fixed'],
      '`latest` also upgrades; `build-dep` installs what building the packages needs; `fixed` repairs broken dependencies.',
    ),
    'present',
  ),
  update_cache: alias(
    flag(
      'Fetch the package lists first when something depends on them. Without `cache_valid_time` and without names they are fetched each time.',
    ),
    'update-cache',
  ),
  cache_valid_time: withDefault(
    integer('Seconds for which fetched package lists are good; implies update_cache.'),
    0,
  ),
  deb: optional(path('A `.deb` file on the host, by absolute path.')),
  upgrade: withDefault(
    oneOf(
      ['no', 'yes', 'safe', 'full', 'dist', 'true', 'false'],
      '`full` and `dist` may remove packages.',
    ),
    'no',
  ),
  purge: flag('Removes configuration files too.'),
  autoremove: flag('Also removes dependencies that nothing needs any more.'),
  install_recommends: optional(
    alias(
      boolean("Whether recommended packages are installed; the host's own setting without."),
      'install-recommends',
    ),
  ),
  default_release: optional(
    alias(line('Release to prefer, as in `apt-get -t`.'), 'default-release'),
  ),
  only_upgrade: flag('Upgrades what is installed and installs nothing new.'),
  allow_downgrade: alias(
    flag('Lets apt install an older version.'),
    'allow_downgrades',
    'allow-downgrade',
    'allow-downgrades',
  ),
  allow_change_held_packages: flag('Lets apt change packages on hold.'),
  allow_unauthenticated: alias(
    flag('Lets apt install packages whose origin is not proved.'),
    'allow-unauthenticated',
  ),
  force: flag(
    'As `allow_downgrade`, `allow_change_held_packages` and `allow_unauthenticated` together.',
  ),
  fail_on_autoremove: flag('Fails rather than remove a package.'),
  force_apt_get: flag('Accepted; apt-get is what is used.'),
  dpkg_options: withDefault(
    line('Options of dpkg for configuration files that were changed, without their dashes.'),
    'force-confdef,force-confold',
  ),
  policy_rc_d: optional(
    integer(
      'Exit code of a policy-rc.d that stands while packages are installed; 101 starts no service.',
    ),
  ),
  start_services: withDefault(
    boolean(
      'Whether packages may start services that do not run yet; those that run are restarted as ever.',
    ),
    true,
  ),
  lock_timeout: withDefault(integer("Seconds to wait for another program's lock."), 60),
  update_cache_retries: withDefault(integer('Accepted; nothing is tried twice.'), 5),
  update_cache_retry_max_delay: withDefault(integer('Accepted; nothing is tried twice.'), 12),
}
