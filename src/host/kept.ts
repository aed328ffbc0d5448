import { constant, lines } from '../core/shell.ts'

/*
 * Sets $kept to the directory of what is kept on a host: /var/lib/provision, or for another account
 * than root a directory of its own, since it may not write there. Accounts of services (www-data,
 * nobody) have a home that is not theirs, or none: they get
 * a place that outlives a reboot, and what somebody else has put there first is refused.
 */
export const KEPT_PLACE = constant(`
if [ "$(id -u)" = 0 ]; then kept=/var/lib/provision
elif [ -n "$HOME" ] && [ -w "$HOME" ]; then kept=$HOME/.local/state/provision
else kept=/var/tmp/provision-$(id -u); fi
mine() {
  case $kept in /var/tmp/*) [ -O "$kept" ] && [ ! -L "$kept" ];; esac ||
    { echo "$kept belongs to another account" >&2; exit 1; }
}
[ ! -e "$kept" ] || mine`)

/** The same, and makes it, for its owner alone. */
export const KEPT = lines(KEPT_PLACE, constant('umask 077; mkdir -p "$kept" || exit 1; mine'))
