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

// What runs is known by its name as systemd has it, since packages also use others.
const HOLD = constant(`
running=$(systemctl list-units --state=active --full --plain --no-legend --no-pager 2>/dev/null | sed 's/ .*//; s/^/# /')
place <<END
$running
own=$policy.provision
[ ! -x \\$own ] || { \\$own "\\$@"; code=\\$?; [ \\$code = 0 ] || [ \\$code = 104 ] || exit \\$code; }
[ "\\$1" != --quiet ] || shift
case \\$2 in *start*) ;; *) exit 0;; esac
unit=\\$(systemctl show --property=Id --value -- "\\$1" 2>/dev/null)
grep -qxF -- "# \\$unit" "\\$0" || exit 101
END`)

/** What stands while packages are installed; nothing where their scripts do as they please. */
export const policyScripts = (want: Policy): readonly Words[] => {
  if (want.policy_rc_d !== undefined) return [PLACE, sh`echo exit ${want.policy_rc_d} | place`]
  return want.start_services ? [] : [PLACE, HOLD]
}

/** The exit code of what stands, for services that do not run yet. */
export const policyOf = ({ policy_rc_d: code, start_services: may }: Policy): number | undefined =>
  may ? code : 101
