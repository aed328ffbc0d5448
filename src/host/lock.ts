import { constant, lines, sh, type Words } from '../core/shell.ts'
import { UserError } from '../core/error.ts'
import type { Output, Request } from '../core/wire.ts'
import { KEPT } from './kept.ts'

/** Who holds a machine for one run. */
export interface Holder {
  /** Such as `alice@laptop`. */
  readonly who: string
  /** When the run began, for people. */
  readonly since: string
  /** One random word per run: it may take its own lock again. */
  readonly run: string
}

/*
 * The lock names the account's framed shell ($PPID) with its start time and boot: it dies with the
 * connection, and then the lock is void, whatever became of the controller; a dead shell that nobody
 * has waited for (Z) is dead. A link is taken by one alone. A void lock is moved away and looked at
 * once more, since another may have taken it between.
 */
const TAKE = constant(`
started() { [ -r "/proc/$1/stat" ] && read -r stat <"/proc/$1/stat" && set -- \${stat##*) } && [ "$1" != Z ] && echo "\${20}"; }
read -r boot </proc/sys/kernel/random/boot_id || exit 1
mine=$kept/lock.$$
trap 'rm -f "$mine" "$mine.void"' EXIT
printf '%s\\n' "$run" "$who" "$since" "$PPID" "$(started "$PPID")" "$boot" >"$mine" || exit 1
for attempt in 1 2 3; do
  ln "$mine" "$kept/lock" 2>/dev/null && exit 0
  { read -r r; read -r w; read -r s; read -r p; read -r t; read -r b; } <"$kept/lock" || continue
  if [ "$r" = "$run" ]; then mv -f "$mine" "$kept/lock"; exit; fi
  if [ "$b" = "$boot" ] && [ "$(started "$p")" = "$t" ]; then
    printf '%s\\n%s\\n' "$w" "$s"
    exit 75
  fi
  mv "$kept/lock" "$mine.void" 2>/dev/null || continue
  { read -r again; } <"$mine.void"
  [ "$again" = "$r" ] || ln "$mine.void" "$kept/lock" 2>/dev/null
done
exit 1`)

/**
 * Takes the machine for a run, or takes it again in another shell: it goes first in every write that
 * changes something, and lasts as long as the shell.
 */
export const lock = ({ who, since, run }: Holder): Request & { readonly script: Words } => ({
  script: lines(
    sh`run=${run} who=${JSON.stringify(who)} since=${JSON.stringify(since)}`,
    KEPT,
    TAKE,
  ),
  oncePerShell: true,
})

const HELD = 75

/** The error to report when `lock` did not get the machine; undefined when it did. */
export const lockRefusal = (
  { code, stdout, stderr }: Output,
  target: string,
): UserError | undefined => {
  if (code === 0) return undefined
  const said = stderr.toString('utf8').trim()
  if (code !== HELD)
    return new UserError('E_LOCK', `${target}: it cannot be locked: ${said || `exit code ${code}`}`)
  const [who = '?', since = '?'] = stdout.toString('utf8').split('\n').map(unquoted)
  return new UserError('E_LOCKED', `${target}: ${who} has been changing it since ${since}`, {
    hint: 'wait until that run is over; the lock ends with it, also if it dies',
  })
}

const unquoted = (line: string): string => {
  const [, inner] = /^"(.*)"$/.exec(line) ?? []
  return inner ?? line
}
