import { ENTER } from './enter.ts'
import { constant, lines, sh, type Words } from './shell.ts'

/** How a file of a machine is replaced by another, whole or not at all. */
export interface Replacing {
  /** Absolute and resolved: no symlink is followed any more. */
  readonly to: string
  /** Octal digits, such as `0644`. */
  readonly mode: string
  /** Name or number; undefined keeps that of the file it replaces. */
  readonly owner: string | undefined
  readonly group: string | undefined
  /** Run on the staged file before the rename; any exit code but 0 fails the change. */
  readonly validate?: ((staged: string) => Words) | undefined
  /** Keeps the old file beside the new one; a path in the same directory. */
  readonly backup?: string | undefined
  /** Writes in place where a rename is impossible (a bind mount). */
  readonly unsafeWrites?: boolean | undefined
}

/** The new file: how it is made, and what it must be then. */
export interface Staged {
  /** Name of the directory that it is made in, beside its destination. */
  readonly stage: string
  /** Writes the content on standard output. */
  readonly content: Words
  /** Whether all of it is there, to be read on descriptor 8. */
  readonly whole: Words
}

/** Whether the staged content has this hash. */
export const hashIs = (sha256: string): Words => sh`[ "$(sha256sum <&8)" = ${`${sha256}  -`} ]`

/** Whether so many bytes are staged. */
export const sizeIs = (bytes: number): Words => sh`[ "$(wc -c <&8)" -eq ${bytes} ]`

/*
 * One script, so that one trap cleans up whatever happens. Whoever owns the directory can move what
 * is in it at any time: nothing is reached by a path, and the new file by what was opened alone.
 * `mv FILE DIRECTORY/` replaces a link of the file's name; `mv FILE NAME` would follow it.
 */
const REPLACE = constant(`
fail() { code=$1; shift; echo "$*" >&2; exit "$code"; }
umask 077
command -v sha256sum >/dev/null 2>&1 || fail 90 "the host lacks sha256sum"
[ -d "$directory" ] || fail 91 "the directory $directory does not exist"
enter "$directory" || exit 91
[ ! -d "./$name" ] || fail 91 "$to is a directory"
if [ -e "./$name" ] && { [ -z "$owner" ] || [ -z "$group" ]; }; then
  was=$(stat -c %u:%g -- "./$name") || fail 93 "the owner of $to is not known"
  owner=\${owner:-\${was%:*}} group=\${group:-\${was#*:}}
fi
up=.
trap 'rm -rf -- "$up/$stage"' EXIT
trap 'exit 143' HUP INT TERM
mkdir -m 700 -- "./$stage" 2>/dev/null || { rm -rf -- "./$stage" && mkdir -m 700 -- "./$stage"; } ||
  fail 92 "nothing can be staged beside $to"
enter "\${directory%/}/$stage" || exit 92
up=..
# Opened before owner and mode are set: either can forbid it. Set before the content is in it.
set -C
exec 9>"./$name" 8</proc/self/fd/9 || fail 92 "nothing can be staged beside $to"
set +C
own() {
  [ -z "$owner$group" ] || chown -- "$owner\${group:+:$group}" "/proc/self/fd/$1" || fail 93 "the owner of $to cannot be set"
  chmod -- "$mode" "/proc/self/fd/$1" || fail 93 "the mode of $to cannot be set"
}
own 9
content >&9 || fail 94 "the content of $to cannot be written"
exec 9>&-
sync "./$name" 2>/dev/null || sync
whole || fail 95 "the content of $to did not arrive whole"
exec 8<&-
validate </dev/null || fail 96 "the new content of $to is not valid"
keep() {
  [ "$unsafe" = 0 ] && ln -n -- "../$name" "./$backup" 2>/dev/null || copied || return 1
  mv -f -- "./$backup" ../
}
copied() { set -C; cp -pP -- "../$name" /proc/self/fd/7 7>"./$backup"; }
if [ -n "$backup" ] && [ -e "../$name" ]; then
  keep || fail 97 "$to cannot be kept as $backup"
fi
why=$(mv -f -- "./$name" ../ 2>&1) && exit 0
echo "$why" >&2
[ "$unsafe" = 1 ] || fail 98 "$to cannot be replaced by a rename"
[ -f "../$name" ] || fail 99 "$to cannot be written in place"
exec 7<>"../$name"
is_at 7 "\${directory%/}/$name" || exit 99
cat "./$name" >|/proc/self/fd/7 || fail 99 "$to cannot be written in place"
own 7`)

/** The script that replaces it; nothing of it stays behind when it fails, with a code from 90 to 99. */
export const replacing = (how: Replacing, { stage, content, whole }: Staged): Words => {
  const { to, mode, owner = '', group = '', validate, backup = '', unsafeWrites } = how
  const directory = parentOf(to)
  const name = nameOf(to)
  const staged = `${directory === '/' ? '' : directory}/${stage}/${name}`
  return lines(
    ENTER,
    sh`to=${to} directory=${directory} name=${name} stage=${stage}`,
    sh`mode=${mode} owner=${owner} group=${group} backup=${nameOf(backup)}`,
    sh`unsafe=${unsafeWrites === true ? 1 : 0}`,
    inFunction('content', content),
    inFunction('whole', whole),
    inFunction(
      'validate',
      validate === undefined
        ? NOTHING
        : sh`(cd / || exit
${validate(staged)}
)`,
    ),
    REPLACE,
  )
}

const NOTHING = sh`:`

const inFunction = (name: 'content' | 'whole' | 'validate', words: Words): Words =>
  sh`${constant(name)}() {
${words}
}`

/** The directory that holds a path. */
export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'

/** The last part of a path. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
