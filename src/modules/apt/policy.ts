import { constant, sh, type Words } from '../../core/shell.ts'
import type { AptWant } from './words.ts'

type Policy = Pick<AptWant, 'policy_rc_d' | 'start_services'>

/*
 * A policy-rc.d tells the scripts of packages whether they may start services
 * (https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt). Ours counts for as long as
 * the shell lives that wrote it, and the host's own lies beside it meanwhile, also after a shell that
 * was killed.
 */
const PLACE = constant(`policy=/usr/sbin/policy-rc.d
is_ours() { grep -qs '^# Of provision' $policy; }
restore() { rm -f $policy; [ ! -e $policy.provision ] || mv $policy.provision $policy; }
trap restore EXIT
trap 'exit 1' HUP INT TERM
is_ours || [ ! -e $policy ] || mv $policy $policy.provision || exit 1
place() {
  { printf '#!/bin/sh\\n# Of provision, while it installs packages\\nkill -0 %s 2>/dev/null || exit 0\\n' $$; cat; } >$policy &&
    chmod 755 $policy || exit 1
}`)

// What runs, under all of its names: a line of comment for each.
const HOLD = constant(`
running=$(systemctl show --property=Names,ActiveState -- '*' 2>/dev/null | awk '
  BEGIN { RS = "" }
  /(^|\\n)ActiveState=(active|reloading|refreshing|activating)/ {
    sub(/^(.*\\n)?Names=/, "")
    sub(/\\n.*/, "")
    count = split($0, names, " ")
    for (i = 1; i <= count; i++) print "# " names[i]
  }')
place <<END
$running
own=$policy.provision
[ ! -x \\$own ] || { \\$own "\\$@"; code=\\$?; [ \\$code = 0 ] || [ \\$code = 104 ] || exit \\$code; }
[ "\\$1" != --quiet ] || shift
case \\$2 in *start*) ;; *) exit 0;; esac
grep -qxF -e "# \\$1" -e "# \\$1.service" "\\$0" || exit 101
END`)

/** What stands while packages are installed; nothing where their scripts do as they please. */
export const policyScripts = (want: Policy): readonly Words[] => {
  if (want.policy_rc_d !== undefined) return [PLACE, sh`echo exit ${want.policy_rc_d} | place`]
  return want.start_services ? [] : [PLACE, HOLD]
}

/** The exit code of what stands, for services that do not run yet. */
export const policyOf = ({ policy_rc_d: code, start_services: may }: Policy): number | undefined =>
  may ? code : 101
