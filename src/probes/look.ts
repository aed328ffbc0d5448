/*
 * Shell functions that several scripts share. They keep to what dash, bash and busybox ash have in
 * common, and mostly to builtins: looking at a path that is not there starts no process.
 */

/**
 * `look PATH` sets `tag`: l link, y anything else that exists, n proved absent, e cannot be known.
 *
 * `[ -e ]` is false for "no such file" and for "permission denied" alike. Absence is proved by the
 * nearest ancestor that exists: it is no directory, or one that may be searched and does not list
 * the name. (A pattern reads the directory; FUSE mounts of others are listed and cannot be seen.)
 */
export const LOOK = `
look() {
  if [ -L "$1" ]; then tag=l; elif [ -e "$1" ]; then tag=y; else prove "$1"; fi
}
prove() {
  child=$1
  while :; do
    parent=\${child%/*}
    parent=\${parent:-/}
    if [ -e "$parent" ] || [ -L "$parent" ]; then break; fi
    child=$parent
  done
  tag=n
  [ -d "$parent" ] || return 0
  if ! [ -x "$parent" ]; then tag=e; return 0; fi
  for entry in "$child"*; do
    if [ "$entry" = "$child" ] && ! [ -e "$child" ] && ! [ -L "$child" ]; then tag=e; fi
  done
}
`

/**
 * `stats PATH…` sets `stats` to one line for each path, or fails. No field can hold a newline.
 * stat gives one exit code for all and leaves out what it could not read: the count tells.
 */
export const STATS = `
stats() {
  stats=
  [ $# -gt 0 ] || return 0
  stats=$(stat -c %f:%u:%U:%g:%G:%s:%X:%Y:%Z:%i:%d:%h -- "$@" 2>/dev/null)
  count "$stats"
  [ $counted = $# ]
}
count() {
  set -f; IFS='
'
  set -- $1
  unset IFS; set +f
  counted=$#
}
`

/** `target LINK` prints what a link points to, newlines at its end included, and a NUL. */
export const TARGET = `
target() {
  readlink_target "$1"
  printf '%s\\0' "$target"
}
readlink_target() {
  target=$(readlink -- "$1" && printf x) || { target=; return 1; }
  target=\${target%??}
}
`

/** `expand PATH` sets `full` to the path with `~` or `~account` replaced; fails without the account. */
export const EXPAND = `
expand() {
  full=$1
  case $1 in
  '~'|'~/'*) full=$HOME\${1#'~'} ;;
  '~'*)
    account=\${1#'~'}; account=\${account%%/*}
    case $account in *[!A-Za-z0-9._-]*) return 1 ;; esac
    eval "full=~$account"
    case $full in '~'*) return 1 ;; esac
    full=$full\${1#"~$account"} ;;
  esac
}
`
