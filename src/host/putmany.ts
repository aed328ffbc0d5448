import { randomBytes } from 'node:crypto'
import type { Put } from '../core/change.ts'
import { ENTER } from '../core/enter.ts'
import { groupBy } from '../core/group.ts'
import { nameOf, parentOf } from '../core/replacing.ts'
import { constant, fed, lines, sh, type Words } from '../core/shell.ts'
import { wholeOf, type Request } from '../core/wire.ts'

/** Largest file, in bytes, that travels with others: it is held in memory on both sides. */
const MOST_SIZE = 64 * 1024

/** Names that sha256sum prints as they are. */
const PLAIN_NAME = /^[\w@%+=:,.-]+$/

/** A file with the text that it is to hold. */
export interface SmallFile {
  readonly put: Put
  readonly text: string
}

/** The change as one that can travel with others of its kind; undefined where it needs a request of its own. */
export const asSmallFile = async (put: Put): Promise<SmallFile | undefined> => {
  const { source, to, validate, backup, unsafeWrites } = put
  if ((validate ?? backup ?? unsafeWrites) !== undefined || source.size > MOST_SIZE)
    return undefined
  if (!PLAIN_NAME.test(nameOf(to))) return undefined
  const bytes = await wholeOf(source)
  const text = bytes.toString('utf8')
  const isText = bytes.length === source.size && Buffer.from(text).equals(bytes)
  return isText && !text.includes('\0') ? { put, text } : undefined
}

/*
 * As `replacing` does with one file: nothing is reached by a path, and what is staged lies in a
 * directory that only this account can write to. Names are of that directory, `../` of the
 * destination. Content is written by the shell itself, which starts no process for it.
 */
const LIBRARY = lines(
  ENTER,
  constant(`
fail() { echo "$*" >&2; exit 1; }
stage_in() {
  directory=$1 stage=$2 up=.
  enter "$directory" || exit 1
  trap 'rm -rf -- "$up/$stage"' EXIT
  trap 'exit 143' HUP INT TERM
  mkdir -m 700 -- "./$stage" || exit 1
  enter "\${directory%/}/$stage" && [ -O . ] || exit 1
  case $(stat -c %a .) in *[2367]?|*[2367]) exit 1 ;; esac
  up=..
}
made() {
  [ ! -d "../$1" ] || fail "$directory/$1 is a directory"
  printf %s "$2" >"./$1" || fail "$directory/$1 cannot be written"
}
keep() {
  [ -e "../$1" ] || return 0
  was=$(stat -c %u:%g -- "../$1") || fail "the owner of $directory/$1 is not known"
  chown -- "\${2:-\${was%:*}}:\${3:-\${was#*:}}" "./$1" || exit 1
}
# The whole file system at once is sooner for many files, and waits for what others have written.
flush() { if [ $# -le 32 ]; then sync -- "$@"; else sync -f .; fi; }
verify() {
  sums=$1
  shift
  flush "$@" 2>/dev/null || sync
  [ "$(sha256sum -- "$@")" = "$sums" ] || fail "what is staged in $directory did not arrive whole"
}
umask 077
set -C
`),
)

/**
 * One request that replaces many files in order: of neighbours in one directory all or none, unless
 * renaming itself fails. Fails with the exit code 1, and does nothing after what failed.
 */
export const putManyRequest = (files: readonly SmallFile[]): Request => {
  const parts = neighbours(files).map(own => inDirectory(parentOf(own[0].put.to), own))
  // As input, for that never lies on a disk; the shell reads it as its own program.
  return { script: fed(constant('. /proc/self/fd/0'), lines(LIBRARY, ...parts).text) }
}

const neighbours = (files: readonly SmallFile[]): readonly [SmallFile, ...SmallFile[]][] => {
  const groups: [SmallFile, ...SmallFile[]][] = []
  for (const file of files) {
    const last = groups.at(-1)
    if (last !== undefined && parentOf(last[0].put.to) === parentOf(file.put.to)) last.push(file)
    else groups.push([file])
  }
  return groups
}

const inDirectory = (directory: string, files: readonly SmallFile[]): Words => {
  const names = files.map(({ put }) => `./${nameOf(put.to)}`)
  const sums = files.map(({ put }, i) => `${put.source.sha256}  ${names[i] ?? ''}`).join('\n')
  return lines(
    constant('('),
    sh`stage_in ${directory} ${`.provision-${randomBytes(8).toString('hex')}`}`,
    ...files.map(({ put, text }) => sh`made ${nameOf(put.to)} ${text}`),
    ...owned(files),
    ...[...groupBy(files, ({ put }) => put.mode)].map(
      ([mode, own]) =>
        sh`chmod -- ${mode} ${own.map(({ put }) => `./${nameOf(put.to)}`)} || exit 1`,
    ),
    sh`verify ${sums} ${names}`,
    sh`mv -f -- ${names} ../`,
    constant(') || exit 1'),
  )
}

/** An owner that is given, and of a file that is replaced, what is not. */
const owned = (files: readonly SmallFile[]): readonly Words[] => {
  const given = groupBy(
    files.filter(({ put }) => (put.owner ?? put.group) !== undefined),
    ({ put: { owner = '', group } }) => (group === undefined ? owner : `${owner}:${group}`),
  )
  const partly = files.filter(({ put }) => put.owner === undefined || put.group === undefined)
  return [
    ...[...given].map(
      ([owner, own]) =>
        sh`chown -- ${owner} ${own.map(({ put }) => `./${nameOf(put.to)}`)} || exit 1`,
    ),
    ...partly.map(
      ({ put: { to, owner = '', group = '' } }) => sh`keep ${nameOf(to)} ${owner} ${group}`,
    ),
  ]
}
