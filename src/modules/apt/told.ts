import { constant, lines, type Words } from '../../core/shell.ts'
import type { Output } from '../../core/wire.ts'
import { readSteps, type Step } from '../../probes/apt.ts'

/** Stands between what apt prints and what became of it. */
const DONE = 'provision: what was done'

// A line for each package and version, as a simulation would have printed it.
const STATES = constant(`
states() { dpkg-query -W -f='\${Package} \${Architecture} \${Version} \${db:Status-Status}\\n'; }
steps() {
  awk -v native="$(dpkg --print-architecture)" '
    function there(state) { return state != "not-installed" && state != "config-files" }
    NF == 0 { isAfter = 1; next }
    { name = $1 ($2 == native || $2 == "all" ? "" : ":" $2); names[name] }
    !isAfter && there($4) { before[name] = $3; whole[name] = $4 == "installed" }
    isAfter && there($4) { after[name] = $3 }
    END {
      for (name in names) {
        if (!(name in after)) { if (name in before) print "Remv " name " [" before[name] "]" }
        else if (!(name in before)) print "Inst " name " (" after[name] " )"
        else if (before[name] != after[name]) print "Inst " name " [" before[name] "] (" after[name] " )"
        else if (!whole[name]) print "Conf " name " (" after[name] " )"
      }
    }'
}
before=$(states)`)

const TELL = constant(`code=$?
[ $code = 0 ] || exit $code
echo '${DONE}'; { printf '%s\n\n' "$before"; states; } | steps`)

/**
 * Runs the script, and then tells what it has done to packages: dpkg is asked before and after,
 * which takes a twentieth of what apt's simulation takes.
 */
export const telling = (script: Words): Words => lines(STATES, script, TELL)

/** What was done, from the output of a script that tells. */
export const stepsTold = ({ stdout }: Output): readonly Step[] => {
  const [, done = ''] = stdout.toString('utf8').split(`${DONE}\n`)
  return readSteps(done.split('\n'))
}

/** What apt itself printed, in the output of a script that tells. */
export const aptsOwn = ({ stdout }: Output): string =>
  stdout.toString('utf8').split(`${DONE}\n`, 1)[0] ?? ''
