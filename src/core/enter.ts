import { constant } from './shell.ts'

/*
 * A directory of another account's can become a link to anywhere between our look at it and our
 * write. So a script goes to the directory first, makes sure where it has come to, and works on
 * names in it from there.
 *
 * `enter PATH` goes to a directory by its path without links, or fails. The second cd has the kernel
 * tell where we are: bash takes for granted what it saw before the first. No process is started.
 *
 * `is_at FD PATH` tells whether what was opened is what stands at the path, and no link led to it.
 */
export const ENTER = constant(`
enter() {
  cd -P -- "$1" && cd -P /proc/self/cwd || return 1
  [ "$PWD" = "$1" ] || { echo "$1 leads to $PWD since it was looked at" >&2; return 1; }
}
is_at() {
  [ "$(readlink "/proc/self/fd/$1"; echo .)" = "$2
." ] || { echo "$2 leads elsewhere since it was looked at" >&2; return 1; }
}`)
