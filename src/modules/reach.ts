import { ENTER } from '../core/enter.ts'
import { constant, lines, sh, type Words } from '../core/shell.ts'
import type { PathInfo } from '../probes/path.ts'
import { baseName, parentOf } from './destination.ts'

/*
 * Sets $it to what chown, chmod and touch can be given instead of the path, whatever its owner puts
 * in its place meanwhile: a directory is gone to, a file opened. What can be neither (a socket; for
 * others than root what they may not read) is reached by its name where the directory is our own.
 * $no_follow is for chown and touch.
 */
const REACH = constant(`
reach() {
  no_follow=-h
  case $kind in
  directory)
    if [ -x "$at" ]; then
      enter "$at" && it=.
      return
    fi ;;
  file)
    enter "$parent" || return 1
    [ -f "./$name" ] || { echo "$at is no file any more" >&2; return 1; }
    if [ -r "./$name" ]; then
      exec 9<"./$name"
      is_at 9 "$at" && it=/proc/self/fd/9 no_follow=
      return
    fi ;;
  link)
    enter "$parent" && it=./$name
    return ;;
  esac
  enter "$parent" && it=./$name || return 1
  [ -O . ] || { echo "$at: $parent belongs to another account: become that account" >&2; return 1; }
}
reach || exit 1`)

/** Sets `$it`, by which chown, chmod and touch reach what is at a path without links. */
export const reaching = (at: string, kind: PathInfo['kind']): Words =>
  lines(ENTER, sh`at=${at} parent=${parentOf(at)} name=${baseName(at)} kind=${kind}`, REACH)

/** Goes to the directory that holds what is at a path without links, to work there on its name. */
export const besides = (at: string): Words => lines(ENTER, sh`enter ${parentOf(at)} || exit 1`)

/** A name in the directory that was gone to, as tools take it. */
export const here = (at: string): string => `./${baseName(at)}`
