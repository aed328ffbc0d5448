import { randomBytes } from 'node:crypto'
import { posix } from 'node:path'
import type { Put } from '../core/change.ts'
import { constant, lines, sh, type Words } from '../core/shell.ts'
import type { Output, Request } from '../core/wire.ts'

/*
 * One script, so that one trap cleans up whatever happens. $to, $stage, $mode, $owner, $group, $sum,
 * $backup and $unsafe are set before it, `validate` is defined; the content is its input.
 */
const STAGE = constant(`
fail() { code=$1; shift; echo "$*" >&2; exit "$code"; }
directory=\${to%/*}
file=$stage/\${to##*/}
umask 077
command -v sha256sum >/dev/null 2>&1 || fail 90 "the host lacks sha256sum"
[ -d "\${directory:-/}" ] || fail 91 "the directory \${directory:-/} does not exist"
[ ! -d "$to" ] || fail 91 "$to is a directory"
trap 'rm -rf -- "$stage"' EXIT
trap 'exit 143' HUP INT TERM
mkdir -- "$stage" || fail 92 "nothing can be staged beside $to"
if [ -e "$to" ]; then
  [ -n "$owner" ] || owner=$(stat -c %u -- "$to") || fail 93 "the owner of $to is not known"
  [ -n "$group" ] || group=$(stat -c %g -- "$to") || fail 93 "the group of $to is not known"
fi
# Opened before owner and mode are set: either can forbid it. Set before the content is in it.
exec 9>"$file" 8<"$file" || fail 92 "nothing can be staged beside $to"
[ -z "$owner$group" ] || chown -- "$owner\${group:+:$group}" "$file" || fail 93 "the owner of $to cannot be set"
chmod -- "$mode" "$file" || fail 93 "the mode of $to cannot be set"
cat >&9 || fail 94 "the content of $to cannot be written"
exec 9>&-
sync "$file" 2>/dev/null || sync
staged=$(sha256sum <&8) || fail 94 "the content of $to cannot be read back"
exec 8<&-
[ "\${staged%% *}" = "$sum" ] || fail 95 "the content of $to did not arrive whole"
validate </dev/null || fail 96 "the new content of $to is not valid"
if [ -n "$backup" ] && [ -e "$to" ]; then
  cp -p -- "$to" "$backup" || fail 97 "$to cannot be kept as $backup"
fi
mv -f -- "$file" "$to" 2>"$stage/why" && exit 0
cat "$stage/why" >&2
[ "$unsafe" = 1 ] || fail 98 "$to cannot be replaced by a rename"
cat "$file" >"$to" || fail 99 "$to cannot be written in place"
[ -z "$owner$group" ] || chown -- "$owner\${group:+:$group}" "$to" || fail 93 "the owner of $to cannot be set"
chmod -- "$mode" "$to" || fail 93 "the mode of $to cannot be set"`)

/** The requests that carry the change out; nothing of it stays behind when they fail. */
export const putRequests = (change: Put): Request[] => {
  const { to, source, mode, owner = '', group = '', validate, backup, unsafeWrites } = change
  const directory = posix.dirname(to)
  const stage = posix.join(directory, `.provision-${randomBytes(8).toString('hex')}`)
  const staged = posix.join(stage, posix.basename(to))
  const kept = backup === undefined ? '' : posix.resolve(directory, backup)
  const script = lines(
    sh`to=${to} stage=${stage} mode=${mode} owner=${owner} group=${group} sum=${source.sha256}`,
    sh`backup=${kept} unsafe=${unsafeWrites === true ? 1 : 0}`,
    sh`validate() {
${validate?.(staged) ?? TRUE}
}`,
    STAGE,
  )
  return [{ script, source }]
}

const TRUE: Words = sh`:`

const HINTS: Readonly<Record<number, string>> = {
  91: 'an earlier task has to make the directory',
  92: 'is the file system full, or read-only?',
  98: 'is it a bind mount? unsafe_writes: true writes it in place',
}

/** Why the change failed, in one message; undefined when it was carried out. */
export const putFailure = (change: Put, outputs: readonly Output[]): string | undefined => {
  const output = outputs.find(({ code }) => code !== 0)
  if (output === undefined) return undefined
  const said = output.stderr.toString('utf8').trim()
  const fact = output.code === -1 ? 'not done after an earlier failure' : said
  const hint = HINTS[output.code]
  const why = fact === '' ? `exit code ${output.code}` : fact
  return `${change.summary}: ${why}${hint === undefined ? '' : ` (${hint})`}`
}
