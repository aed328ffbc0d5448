import { constant, lines } from '../core/shell.ts'

/*
 * Sets $kept to the directory of what is kept on a host: /var/lib/provision, or for another account
 * than root a directory of its own, since it may not write there.
 */
export const KEPT_PLACE = constant(
  'if [ "$(id -u)" = 0 ]; then kept=/var/lib/provision; else kept=${HOME:?}/.local/state/provision; fi',
)

/** The same, and makes it, for its owner alone. */
export const KEPT = lines(KEPT_PLACE, constant('umask 077; mkdir -p "$kept" || exit 1'))
